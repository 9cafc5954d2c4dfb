import { expect, it } from "vitest";
import { createLedger, type Effect } from "../../../../../local/standIns/service/ledger.ts";

const effect = (at: number): Effect => ({ at, key: null, kind: "k", body: null, answer: null });

it("takes over the latest effects of earlier processes and adds its own behind them", () => {
  const effects = new Map<string, Effect>();
  const before = createLedger(effects);
  for (let at = 1; at <= 10_005; at += 1) before.record(effect(at));

  const after = createLedger(effects);
  after.record(effect(10_006));

  const times = after.read().effects.map(({ at }) => at);
  expect(times).toHaveLength(10_001);
  expect([times[0], times.at(-1)]).toEqual([6, 10_006]);
});
