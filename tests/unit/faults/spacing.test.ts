import { describe, expect, it } from "vitest";
import { spacing } from "../../faults/oracle/spacing.ts";

const limits = { baseDelayMs: 100, maxDelayMs: 300, jitter: 0.2, maxAttempts: 4 };
const attempts = (...times: number[]) => times.map((at) => ({ at, key: "k", status: 503 }));

describe("the judge of backoff", () => {
  it("finds nothing in attempts that come later and later, up to the cap", () => {
    expect(spacing(attempts(0, 80, 240, 480), limits)).toEqual([]);
  });

  it("finds an attempt that came too soon", () => {
    expect(spacing(attempts(0, 80, 200), limits)).toEqual([
      "attempt 3 of k came after 120 ms, not 160",
    ]);
  });

  it("finds one attempt too many", () => {
    expect(spacing(attempts(0, 100, 300, 600, 900), limits)).toEqual(["5 attempts of k"]);
  });
});
