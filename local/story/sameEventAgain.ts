import { equal } from "node:assert/strict";
import type { SystemJob } from "../outside/standIns.ts";
import { until } from "../outside/until.ts";
import type { Act } from "./act.ts";

const TIMES = 5;

export const sameEventAgain: Act = {
  title: `the same event through both doors and ${TIMES} times over has one effect`,
  play: async ({ dataverse, enterOrder, expectEffects, standIns, quiet }) => {
    const before = new Set((await standIns.systemJobs()).map(({ id }) => id));
    const order = await enterOrder("story: many times", "BIKE-100", 1, "450.0000");
    await dataverse.submit(order);
    await dataverse.fulfilled(order, "approved");
    const jobs = (await standIns.systemJobs()).filter(({ id }) => !before.has(id));

    for (const { id } of jobs) await standIns.resume(id, TIMES);

    const deliveries = await until("every repetition to be delivered", async () => {
      const now = (await standIns.systemJobs()).filter(({ id }) => !before.has(id));
      const accepted = now.flatMap((job) => job.attempts).filter(isAccepted);
      return accepted.length >= jobs.length * (TIMES + 1) ? accepted.length : undefined;
    });
    await quiet();
    equal(new Set(jobs.map(({ kind }) => kind)).size, 2, "doors used");
    await expectEffects("inventory", order, ["reservation"]);
    await expectEffects("warehouse", order, ["requestShipment"]);
    equal((await dataverse.fulfilments(order)).length, 1, "result rows");
    return `${deliveries} deliveries through ${jobs.length} doors; one reservation, one shipment, one row`;
  },
};

function isAccepted({ status }: SystemJob["attempts"][number]): boolean {
  return status === "accepted" || status === 202;
}
