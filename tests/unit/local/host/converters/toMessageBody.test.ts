import { expect, test } from "vitest";
import {
  toMessageBody,
  UnsupportedBodyError,
} from "../../../../../local/host/converters/toMessageBody.ts";

test.each([
  ["data", Buffer.from("x"), "x"],
  ["data", [Buffer.from("x"), Buffer.from("y")], "xy"],
  ["value", "é", "é"],
  ["value", null, ""],
] as const)("a %s section of %s is bytes", (bodyType, body, expected) => {
  const bytes = toMessageBody({ body, _rawAmqpMessage: { bodyType } });

  expect(Buffer.from(bytes).toString()).toBe(expected);
});

test.each([
  ["value", 42],
  ["value", { a: 1 }],
  ["sequence", [[1, 2]]],
] as const)("a %s section of %o is refused", (bodyType, body) => {
  const convert = () => toMessageBody({ body, _rawAmqpMessage: { bodyType } });

  expect(convert).toThrow(UnsupportedBodyError);
});
