import { describe, expect, it } from "vitest";
import { unhurried } from "../../support/everyHistory.ts";
import { randomFrom } from "../../support/randomFrom.ts";
import { expectOrderly } from "../../support/simulation/expectOrderly.ts";
import { noFaults } from "../../support/simulation/faults.ts";
import { type Scenario, simulate } from "../../support/simulation/simulate.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** Orders that are submitted, taken back and submitted again within five minutes. */
function aScenario(seed: number): Scenario {
  const random = randomFrom(seed * 7_919);
  const saves = Array.from({ length: 100 }, () => ({
    afterMs: Math.floor(random() * 5 * MINUTE_MS),
    order: Math.floor(random() * 25),
  }));
  return {
    seed,
    saves,
    chances: { drop: 0.02, loseAnswer: 0.02, crash: 0.01, duplicate: 0.05 },
    outOfStock: (order) => order % 4 === 3,
    durationMs: 8 * HOUR_MS,
  };
}

const SEEDS = Number(process.env["SIMULATION_SEEDS"] ?? 20);

describe(
  "the whole order pipeline, with calls dropped, answers lost, workers killed, messages twice",
  unhurried,
  () => {
    it.each(Array.from({ length: SEEDS }, (_, index) => index + 1))(
      "ends as the last save of each order left it (seed %i)",
      async (seed) => {
        const simulated = await simulate(aScenario(seed));

        expect(simulated.orders.length).toBeGreaterThan(20);
        expectOrderly(simulated);
      },
    );

    it("does the very same again under the same seed, and not under another", async () => {
      const [first, again, other] = await Promise.all(
        [1, 1, 2].map((seed) => simulate({ ...aScenario(1), seed })),
      );

      expect(again?.log).toEqual(first?.log);
      expect(other?.log).not.toEqual(first?.log);
      const met = ["killed", "dropped", "lost the answer"].map(
        (fate) => first?.log.filter((line) => line.includes(fate)).length,
      );
      expect(Math.min(...met.map(Number))).toBeGreaterThan(5);
    });
  },
);

describe("half an hour of maintenance in the warehouse", unhurried, () => {
  const from = 5 * MINUTE_MS;
  const to = 35 * MINUTE_MS;
  const maintenance: Scenario = {
    seed: 1,
    saves: Array.from({ length: 60 }, (_, order) => ({ afterMs: order * 10 * SECOND_MS, order })),
    chances: noFaults,
    outages: [{ target: "warehouse", fromMs: from, toMs: to }],
    durationMs: HOUR_MS,
  };

  it("loses nothing, gives nothing up, and ships each order once it is back", async () => {
    const simulated = await simulate(maintenance);

    expectOrderly(simulated);
    const shippedAt = simulated.carriedOut.map(({ at }) => at);
    expect(shippedAt).toHaveLength(60);
    expect(shippedAt.filter((at) => at > from && at < to)).toEqual([]);
    expect(Math.max(...shippedAt)).toBeLessThan(to + 20 * SECOND_MS);
  });

  it("hears of us only now and then, and is not stormed afterwards", async () => {
    const { warehouseCalls, carriedOut } = await simulate(maintenance);

    const during = warehouseCalls.filter((at) => at >= from && at < to).length;
    const failures = 5 + 16; // those that open the breaker, and what is under way by then
    const probes = 2 * ((to - from) / (5 * SECOND_MS));
    expect(during).toBeLessThanOrEqual(failures + probes);
    const back = carriedOut.filter(({ at }) => at >= to).map(({ at }) => at);
    const first = Math.min(...back);
    const perSecond = Array.from(
      { length: 10 },
      (_, second) => back.filter((at) => Math.floor((at - first) / SECOND_MS) === second).length,
    );
    const mean = perSecond.reduce((sum, count) => sum + count, 0) / perSecond.length;
    expect(Math.max(...perSecond)).toBeLessThanOrEqual(3 * mean);
  });
});

describe("twenty minutes in which Dataverse is read but takes no writes", unhurried, () => {
  it("gives no order up, however few there are, and writes each result once it does again", async () => {
    const to = 20 * MINUTE_MS;
    const simulated = await simulate({
      seed: 1,
      saves: Array.from({ length: 5 }, (_, order) => ({ afterMs: order * 3 * MINUTE_MS, order })),
      chances: noFaults,
      outages: [{ target: "dataverse-write", fromMs: 0, toMs: to }],
      durationMs: HOUR_MS,
    });

    expectOrderly(simulated);
    expect(simulated.orders).toHaveLength(5);
  });
});
