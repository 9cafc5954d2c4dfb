import { describe, expect, it } from "vitest";
import { retryAfterMs } from "../../../../shared/adapters/retryAfter.ts";

const NOW = Date.parse("2026-11-23T18:00:00Z");

describe("Retry-After", () => {
  it.each([
    ["5", { retryAfterMs: 5_000 }],
    ["0.25", { retryAfterMs: 250 }],
    ["Mon, 23 Nov 2026 18:00:30 GMT", { retryAfterMs: 30_000 }],
    ["Mon, 23 Nov 2026 17:00:00 GMT", {}],
    ["0", {}],
    ["soon", {}],
    ["", {}],
  ])("of %j gives %j", (value, expected) => {
    expect(retryAfterMs(new Headers({ "retry-after": value }), () => NOW)).toEqual(expected);
  });

  it("that is not there gives nothing", () => {
    expect(retryAfterMs(new Headers())).toEqual({});
  });
});
