import { describe, expect, it } from "vitest";
import { breakerCalls, noStampede } from "../../faults/oracle/breakerCalls.ts";

const outage = { openedAt: 0, until: 4_000, callMs: 700, probes: 2, closedAt: 6_000 };
const calls = (...times: number[]) => times.map((at) => ({ at }));

describe("the judge of breakers", () => {
  it("finds nothing in calls before it was known, bounded probes, and calls after it closed", () => {
    const fine = calls(0, 1, 900, 4_000, 4_001, 4_800, 4_900, 6_000, 6_001, 6_002);

    expect(breakerCalls(fine, outage)).toEqual([]);
  });

  it("finds a call while the breaker is open", () => {
    expect(breakerCalls(calls(2_500), outage)).toHaveLength(1);
  });

  it("finds one probe too many at once", () => {
    expect(breakerCalls(calls(4_000, 4_300, 4_600), outage)).toHaveLength(1);
  });
});

describe("the judge of stampedes", () => {
  const window = { closedAt: 0, sliceMs: 100, slices: 10 };

  it("lets a slice have three times the mean", () => {
    expect(noStampede(calls(0, 1, 2, 100, 200, 300, 400, 500, 600, 700), window)).toEqual([]);
  });

  it("finds a slice with more", () => {
    expect(noStampede(calls(0, 1, 2, 3, 200, 300, 400, 500, 600, 700), window)).toHaveLength(1);
  });
});
