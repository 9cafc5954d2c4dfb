import { ok } from "node:assert/strict";
import { until } from "../outside/until.ts";
import type { Act } from "./act.ts";

/** Set for the demo's app, so that five spaced attempts and an open breaker fit into a few seconds. */
export const retrySettings = {
  RETRY_BASE_DELAY_MS: "400",
  RETRY_MAX_DELAY_MS: "1600",
  BREAKER_OPEN_MS: "1000",
};
const baseMs = Number(retrySettings.RETRY_BASE_DELAY_MS);
const capMs = Number(retrySettings.RETRY_MAX_DELAY_MS);
/** Jitter takes at most a fifth off a delay; the way through the broker only adds to it. */
const LEAST_SHARE = 0.8;

export const warehouseOffline: Act = {
  title: "with the warehouse offline, attempts are spaced further and further, then it ships",
  play: async ({ dataverse, enterOrder, expectEffects, effects, standIns }) => {
    await standIns.behave("warehouse", { mode: "failing", status: 503 });
    const order = await enterOrder("story: maintenance", "BIKE-100", 1, "450.0000");
    const since = Date.now();
    const attempts = async () =>
      (await standIns.ledger("warehouse")).calls.filter(
        ({ at, status }) => at >= since && status === 503,
      );

    await dataverse.submit(order);
    const failed = await until("five failed attempts", async () => {
      const calls = await attempts();
      return calls.length >= 5 ? calls : undefined;
    });
    await standIns.behave("warehouse", { mode: "ok" });

    await until("the shipment", async () => (await effects("warehouse", order))[0]);
    await expectEffects("warehouse", order, ["requestShipment"]);
    const gaps = failed.slice(1).map(({ at }, index) => at - (failed[index]?.at ?? at));
    for (const [index, gap] of gaps.entries()) {
      const least = Math.min(baseMs * 2 ** index, capMs) * LEAST_SHARE;
      ok(gap >= least, `gap ${index + 1} was ${gap} ms; at least ${least} ms were due`);
    }
    return `gaps between attempts: ${gaps.join(", ")} ms (cap ${capMs}); shipped once`;
  },
};
