import type { Row } from "../row.ts";
import { endedJobs } from "../systemJobs.ts";

export const nothingDurable: Row = {
  name: "nothing-is-durable",
  fault: "neither the bus nor the tables take anything, and whatever can throw in a door throws",
  holds:
    "every answer is 503, which Dataverse repeats, and never 500; what is sent again later arrives",
  async run({ orders, world, bus, tables, expireLocks, random, between }) {
    await orders.doors({ webhook: true, endpoint: false });
    const ids = await Promise.all(Array.from({ length: between(2, 4) }, () => orders.enter()));
    bus.down();
    tables.plan({ fault: random() < 0.5 ? "reset" : { retryAfterSeconds: 1 }, times: 10_000 });

    await Promise.all(ids.map(orders.submit));
    const jobs = await endedJobs(world.standIns);
    tables.heal();
    bus.up();
    await expireLocks();
    for (const { id } of jobs) await world.standIns.resume(id, 1);

    const answers = jobs.flatMap(({ attempts }) =>
      attempts.slice(0, 2).map(({ status }) => status),
    );
    return answers
      .filter((status) => status !== 503)
      .map((status) => `the webhook answered ${status} while nothing was durable`);
  },
};
