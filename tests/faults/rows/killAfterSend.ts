import { until } from "../../../local/outside/until.ts";
import type { Row } from "../row.ts";
import { endedJobs } from "../systemJobs.ts";

const point = "after-send";

export const killAfterSend: Row = {
  name: "kill-after-send",
  fault: "kill -9 inside door c after the bus took the reference, before the caller had its 202",
  holds:
    "the caller asks again under its key; a second reference to the order has no second effect",
  async run({ orders, fleet, between }) {
    await orders.doors({ webhook: false, endpoint: false });
    const ids = await Promise.all(Array.from({ length: between(2, 4) }, () => orders.enter()));
    await Promise.all(ids.map(orders.submit));
    const died = fleet.arm({ point, nth: between(1, ids.length), action: "kill" });
    await Promise.all([...ids.map((id) => orders.post(id, { times: between(2, 3) })), died]);
    return [];
  },
};

export const killWebhookAfterSend: Row = {
  name: "kill-webhook-after-send",
  fault:
    "kill -9 inside the webhook after the bus took the reference, before Dataverse had its 202",
  holds:
    "Dataverse does not repeat a call that was cut off; what was sent is processed, and a person's resume has no second effect",
  async run({ orders, fleet, world: { standIns }, between }) {
    await orders.doors({ webhook: true, endpoint: false });
    const ids = await Promise.all(Array.from({ length: between(2, 4) }, () => orders.enter()));
    const died = fleet.arm({ point, nth: between(1, ids.length), action: "kill" });
    await Promise.all([...ids.map(orders.submit), died]);
    const jobs = await endedJobs(standIns);

    for (const { id } of jobs) {
      await until("the webhook to accept what is sent again", async () => {
        await standIns.resume(id, 1);
        const job = (await standIns.systemJobs()).find((found) => found.id === id);
        return job?.attempts.at(-1)?.status === 202 || undefined;
      });
    }

    const wasCut = jobs.some(({ attempts }) => attempts.at(-1)?.status === "unreachable");
    return wasCut ? [] : ["no call of Dataverse was cut off"];
  },
};
