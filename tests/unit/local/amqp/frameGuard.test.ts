import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeTyped } from "../../../../local/amqp/codec/encodeTyped.ts";
import { endOfSound } from "../../../../local/amqp/codec/soundValue.ts";
import { checkFrames } from "../../../../local/amqp/frameGuard.ts";
import { typedValue } from "../../../support/typedValue.ts";

const frameOf = (body: Buffer) => {
  const header = Buffer.from([0, 0, 0, 0, 2, 0, 0, 0]);
  header.writeUInt32BE(8 + body.length);
  return Buffer.concat([header, body]);
};

describe("the frame guard", () => {
  it("lets through whatever a client may write", () => {
    fc.assert(
      fc.property(typedValue, (given) => {
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
    ["a frame of no size", "00000000", "amqp:connection:framing-error"],
    ["a frame larger than offered", "00010001", "amqp:connection:framing-error"],
    ["a data offset within the header", "0000000801000000", "amqp:connection:framing-error"],
    ["a data offset behind the end", "0000000803000000", "amqp:connection:framing-error"],
    ["a list of another size than it says", "0000000d02000000c003014040", "amqp:decode-error"],
    ["a map with a key and no value", "0000000c02000000c1020140", "amqp:decode-error"],
  ])("throws for %s", (_what, bytes, condition) => {
    expect(() => checkFrames(Buffer.from(bytes, "hex"), 0)).toThrow(
      expect.objectContaining({ condition }) as Error,
    );
  });
});
