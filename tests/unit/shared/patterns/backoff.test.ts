import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backoffMs, parkMs } from "../../../../shared/patterns/backoff.ts";

const backoff = { baseDelayMs: 1_000, maxDelayMs: 60_000 };
const delays = (random: number) =>
  [1, 2, 3, 4, 5, 6, 7, 8, 2_000].map((attempt) => backoffMs(backoff, attempt, random));

describe("backoff", () => {
  it("doubles from the base and stops at the cap", () => {
    expect(delays(0)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  });

  it("takes at most a fifth away by jitter", () => {
    expect(delays(0.999_999)).toEqual([
      800, 1_600, 3_200, 6_400, 12_800, 25_600, 48_000, 48_000, 48_000,
    ]);
  });

  it("waits as long as the target asks, even beyond the cap", () => {
    expect(backoffMs(backoff, 1, 0.5, 90_000)).toBe(90_000);
  });

  it("lets a longer backoff win over a shorter wish of the target", () => {
    expect(backoffMs(backoff, 4, 0, 3_000)).toBe(8_000);
  });

  it("stays between its share of the full delay and the cap for every attempt and chance", () => {
    const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000 }), chance, (attempt, random) => {
        const full = Math.min(60_000, 1_000 * 2 ** (attempt - 1));
        const delay = backoffMs(backoff, attempt, random);

        expect(delay).toBeGreaterThanOrEqual(Math.floor(full * 0.8));
        expect(delay).toBeLessThanOrEqual(full);
      }),
    );
  });

  it("spreads parked messages evenly around the interval", () => {
    expect([0, 0.25, 0.5, 0.999_999].map((random) => parkMs(5_000, random))).toEqual([
      2_500, 3_750, 5_000, 7_500,
    ]);
  });
});
