import * as fc from "fast-check";
import rhea, { type Typed } from "rhea";
import { describe, expect, it } from "vitest";
import { encodeTyped } from "../../../../local/amqp/codec/encodeTyped.ts";
import { checkFrames, endOfSound } from "../../../../local/amqp/frameGuard.ts";

const { types } = rhea;

/** Values as clients write them: scalars, arrays of scalars, lists and maps of all of it, descriptors. */
const { value } = fc.letrec<{ value: Typed }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.integer({ min: -1_000, max: 1_000 }).map((n) => types.wrap_int(n)),
    fc.double({ noNaN: true }).map((n) => types.wrap_double(n)),
    fc.boolean().map((flag) => types.wrap_boolean(flag)),
    fc.string({ maxLength: 300 }).map((text) => types.wrap_string(text)),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => types.wrap_binary(Buffer.from(bytes))),
    fc.constantFrom(types.wrap(null), types.wrap_uuid(Buffer.alloc(16)), types.wrap_list([])),
    fc.array(fc.integer({ min: 0, max: 9 })).map((ns) => types.wrap_array(ns, 0x81, undefined)),
    fc.array(fc.string()).map((texts) => types.wrap_array(texts, 0xb1, undefined)),
    fc.array(tie("value"), { maxLength: 5 }).map((items) => types.wrap_list(items)),
    fc
      .array(tie("value"), { maxLength: 5 })
      .map((items) => types.wrap_map(Object.fromEntries(items.map((item, n) => [`k${n}`, item])))),
    tie("value").map((item) => types.described_nc(types.wrap_ulong(0x28), types.wrap_list([item]))),
  ),
}));

const frameOf = (body: Buffer) => {
  const header = Buffer.from([0, 0, 0, 0, 2, 0, 0, 0]);
  header.writeUInt32BE(8 + body.length);
  return Buffer.concat([header, body]);
};

describe("the frame guard", () => {
  it("lets through whatever a client may write", () => {
    fc.assert(
      fc.property(value, (given) => {
        const encoded = encodeTyped(given);

        expect(endOfSound(encoded, 0)).toBe(encoded.length);
      }),
      { numRuns: 1_000 },
    );
  });

  it("looks at each frame of a chunk, and leaves alone what has not come yet", () => {
    const sound = frameOf(Buffer.from("005311c00100", "hex"));
    const bomb = frameOf(Buffer.from("005311f00000000600ffffffff40", "hex"));

    expect(() => checkFrames(Buffer.concat([sound, sound, bomb.subarray(0, 12)]), 0)).not.toThrow();
    expect(() => checkFrames(Buffer.concat([sound, sound, bomb]), 0)).toThrow(/items|ends/);
  });

  it.each([
    ["an empty frame", "0000000802000000"],
    ["a frame with an extended header", "0000000c03000000ffffffff"],
  ])("lets through %s", (_what, bytes) => {
    expect(() => checkFrames(Buffer.from(bytes, "hex"), 0)).not.toThrow();
  });

  it.each([
    ["a frame of no size", "00000000"],
    ["a frame larger than offered", "00010001"],
    ["a data offset within the header", "0000000801000000"],
    ["a data offset behind the end", "0000000803000000"],
    ["a list of another size than it says", "0000000d02000000c003014040"],
  ])("throws for %s", (_what, bytes) => {
    expect(() => checkFrames(Buffer.from(bytes, "hex"), 0)).toThrow(
      expect.objectContaining({ condition: "amqp:connection:framing-error" }) as Error,
    );
  });
});
