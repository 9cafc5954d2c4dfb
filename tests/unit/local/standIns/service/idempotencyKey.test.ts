import { describe, expect, it } from "vitest";
import { idempotencyKey } from "../../../../../local/standIns/service/idempotencyKey.ts";

describe("idempotencyKey", () => {
  it.each([
    ['"salesorder:1:reserve"', "salesorder:1:reserve"],
    ["bare-key", "bare-key"],
    [String.raw`"with \"quotes\" and \\"`, String.raw`with "quotes" and \ `.trim()],
    ['""', null],
    ["", null],
    [undefined, null],
  ])("reads %j as %j", (header, expected) => {
    const key = idempotencyKey(header);

    expect(key).toBe(expected);
  });
});
