import { expect, test } from "vitest";
import { idempotencyKeyOf } from "../../../../shared/http/idempotencyKey.ts";

const keyOf = (value?: string) =>
  idempotencyKeyOf({
    headers: new Headers(value === undefined ? {} : { "idempotency-key": value }),
  });

test.each([
  ['"8e03978e-40d5"', "8e03978e-40d5"],
  ["8e03978e-40d5", "8e03978e-40d5"],
  ['"with \\"quotes\\" and \\\\"', 'with "quotes" and \\'],
  ["  spaced  ", "spaced"],
])("reads %s as %s", (header, key) => {
  expect(keyOf(header)).toBe(key);
});

test.each([undefined, "", "   "])("asks for one where the header is %j", (header) => {
  expect(() => keyOf(header)).toThrow(expect.objectContaining({ code: "idempotency-key-missing" }));
});

test.each(['"', '""', '"open', '"a"b"', '"a\\x"', "ümlaut", "k".repeat(256)])(
  "refuses %s",
  (header) => {
    expect(() => keyOf(header)).toThrow(
      expect.objectContaining({ code: "idempotency-key-invalid" }),
    );
  },
);
