import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backoffMs, parkMs } from "../../../../shared/patterns/backoff.ts";
import { everyHistory, unhurried } from "../../../support/everyHistory.ts";
import { randomFrom } from "../../../support/randomFrom.ts";

const backoff = { baseDelayMs: 1_000, maxDelayMs: 60_000 };
const delays = (random: number) =>
  [1, 2, 3, 4, 5, 6, 7, 8, 2_000].map((attempt) => backoffMs(backoff, attempt, random));

const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
/** Failures one after the other, each with what chance and its target make of it. */
const aCourse = fc.record({
  baseDelayMs: fc.integer({ min: 1, max: 10_000 }),
  maxDelayMs: fc.integer({ min: 1, max: 600_000 }),
  jitter: fc.double({ min: 0, max: 1, noNaN: true }),
  failures: fc.array(fc.record({ random: chance, wishMs: fc.constantFrom(0, 0, 500, 90_000) }), {
    maxLength: 40,
  }),
});

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

  it(
    "stays between its share of the full delay and the cap for every attempt and chance",
    unhurried,
    () =>
      everyHistory(
        fc.property(aCourse, ({ failures, ...backoff }) => {
          let full = backoff.baseDelayMs;
          const strays = failures.filter(({ random, wishMs }, index) => {
            const capped = Math.min(full, backoff.maxDelayMs);
            const delay = backoffMs(backoff, index + 1, random, wishMs);
            full += full;
            const least = Math.max(wishMs, Math.floor(capped * (1 - backoff.jitter)));
            return delay < least || delay > Math.max(wishMs, capped);
          });

          expect(strays).toEqual([]);
        }),
      ),
  );

  it("lets a parked message wait around its interval, and no shorter than asked", unhurried, () =>
    everyHistory(
      fc.property(
        fc.integer({ min: 1, max: 60_000 }),
        fc.nat(90_000),
        chance,
        (interval, asked, random) => {
          const waited = parkMs(interval, random, asked);

          expect(waited).toBeGreaterThanOrEqual(Math.max(asked, Math.round(interval / 2)));
          expect(waited).toBeLessThanOrEqual(Math.ceil(interval + Math.max(asked, interval / 2)));
        },
      ),
    ),
  );

  it("spreads parked messages evenly around the interval", () => {
    expect([0, 0.25, 0.5, 0.999_999].map((random) => parkMs(5_000, random))).toEqual([
      2_500, 3_750, 5_000, 7_500,
    ]);
  });

  it("lets a crowd that was parked at once come back without a stampede, whenever the breaker closes", () => {
    const random = randomFrom(1);
    const crowd = Array.from({ length: 20_000 }, () => arrivals(random));
    const closings = Array.from({ length: 61 }, (_, half) => half * 500);

    const peaks = closings.map((closedAt) => peakOf(crowd, closedAt));

    expect(Math.max(...peaks)).toBeLessThanOrEqual(3);
  });
});

/** When a message comes that is parked at 0 and each time it has come, for as long as any breaker here stays open. */
function arrivals(random: () => number): readonly number[] {
  const times: number[] = [];
  for (let at = 0; at < 40_000; ) {
    at += parkMs(5_000, random());
    times.push(at);
  }
  return times;
}

/** The busiest of the ten seconds after closing, in means; each message comes through at its first arrival. */
function peakOf(crowd: readonly (readonly number[])[], closedAt: number): number {
  const seconds = Array.from({ length: 10 }, () => 0);
  for (const times of crowd) {
    const second = Math.floor(
      ((times.find((at) => at >= closedAt) ?? Infinity) - closedAt) / 1_000,
    );
    if (second < seconds.length) seconds[second] = (seconds[second] ?? 0) + 1;
  }
  const mean = seconds.reduce((sum, count) => sum + count, 0) / seconds.length;
  return Math.max(...seconds) / mean;
}
