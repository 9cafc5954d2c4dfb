import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ExactNumber } from "../../../shared/exactNumber.ts";
import { parseJson } from "../../../shared/json.ts";

const read = (text: string | Uint8Array, limits: { maxBytes?: number; maxDepth?: number } = {}) =>
  parseJson(typeof text === "string" ? new TextEncoder().encode(text) : text, {
    maxBytes: 1_000_000,
    ...limits,
  });
const refusal = (code: string) => expect.objectContaining({ name: "TerminalError", code });

/** Not of any code point: the generator for those takes seconds to start. */
const anyValue = fc.oneof(
  fc.jsonValue({ maxDepth: 5, stringUnit: "grapheme" }),
  fc.jsonValue({ maxDepth: 5, stringUnit: "binary-ascii" }),
);

test("any JSON value without long numbers comes back as it was", () => {
  fc.assert(
    fc.property(anyValue, (value) => {
      const text = JSON.stringify(value);
      const plain = JSON.stringify(read(text), (_key, member: unknown) => member);

      expect(plain).toBe(text);
    }),
  );
});

test.each(["1249.5000", "9007199254740993", "1e400", "0.1000000000000000055", "-0.0", "1E2"])(
  "the number %s, which a double would change, keeps its digits, and is no text",
  (digits) => {
    expect(read(`{"value":${digits}}`)).toEqual({ value: new ExactNumber(digits) });
  },
);

test("other numbers stay numbers", () => {
  expect(read("[0,1,-7,2.5,9007199254740991]")).toEqual([0, 1, -7, 2.5, 9007199254740991]);
});

test("a leading BOM is dropped, one inside a string is not", () => {
  expect(read('\ufeff{"a":"\ufeff"}')).toEqual({ a: "\ufeff" });
});

test.each([
  ["empty", ""],
  ["truncated", '{"a":[1,2'],
  ["NaN", "NaN"],
  ["two values", "{}{}"],
  ["single quotes", "{'a':1}"],
  ["a raw line break in a string", '"a\nb"'],
  ["only closing brackets", "]]]]"],
])("refuses what is %s", (_state, text) => {
  expect(() => read(text)).toThrow(refusal("malformed-json"));
});

test.each([
  ["a lone continuation byte", [0x22, 0x80, 0x22]],
  ["a truncated sequence", [0x22, 0xc3, 0x22]],
  ["an encoded surrogate", [0x22, 0xed, 0xa0, 0x80, 0x22]],
  ["UTF-16", [0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]],
])("refuses %s as no UTF-8", (_state, bytes) => {
  expect(() => read(new Uint8Array(bytes))).toThrow(refusal("invalid-utf8"));
});

describe("bounds", () => {
  const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);

  test("depth is allowed up to the limit", () => {
    expect(() => read(nested(128))).not.toThrow();
    expect(() => read(nested(129))).toThrow(refusal("too-deep"));
    expect(() => read(nested(5_000))).toThrow(refusal("too-deep"));
  });

  test("brackets in strings, behind escapes too, are no depth", () => {
    expect(read(JSON.stringify({ a: `\\"${"[".repeat(500)}` }), { maxDepth: 1 })).toBeDefined();
  });

  test("many values side by side are no depth", () => {
    expect(read(`[${"[],".repeat(10_000)}[]]`, { maxDepth: 2 })).toHaveLength(10_001);
  });

  test("size is judged before anything else", () => {
    expect(() => read('"abc"', { maxBytes: 4 })).toThrow(refusal("too-large"));
    expect(read('"abc"', { maxBytes: 5 })).toBe("abc");
  });
});
