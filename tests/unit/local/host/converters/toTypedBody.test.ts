import { expect, test } from "vitest";
import { toTypedBody } from "../../../../../local/host/converters/toTypedBody.ts";

const one = Buffer.from('{"a":1}');
const two = Buffer.from("é");

test.each([
  ["one", "string", { string: '{"a":1}' }],
  ["one", "binary", { bytes: one }],
  ["many", "string", { collectionString: { string: ['{"a":1}', "é"] } }],
  ["many", "binary", { collectionBytes: { bytes: [one, two] } }],
] as const)("cardinality %s with data type %s", (cardinality, dataType, expected) => {
  expect(toTypedBody([one, two], cardinality, dataType)).toEqual(expected);
});

test("a byte order mark stays in a text", () => {
  const bytes = Buffer.from([0xef, 0xbb, 0xbf, 0x31]);

  expect(toTypedBody([bytes], "one", "string")).toEqual({ string: "\ufeff1" });
});
