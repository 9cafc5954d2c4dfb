import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../../../local/outside/until.ts";
import type { Row } from "../row.ts";

/** Rows 10 and 11: many events of one order at once. */
export const etagStorm: Row = {
  name: "etag-storm",
  fault: "dozens of events of one order at once, on two hosts",
  holds: "one of them does it, the others find it done",
  hosts: 2,
  async run({ orders, world, between }) {
    const id = await orders.enter();
    await orders.submit(id);
    const jobs = await world.standIns.systemJobs();
    const repeats = between(4, 10);
    await Promise.all([
      ...jobs.map((job) => world.standIns.resume(job.id, repeats)),
      ...Array.from({ length: between(4, 8) }, () => orders.post(id, { times: 2 })),
    ]);
    return [];
  },
};

export const duplicates: Row = {
  name: "duplicate-deliveries",
  fault: "a hundred messages are delivered again after their completion was confirmed",
  holds: "one effect each; a duplicate costs nothing but its delivery",
  hosts: 2,
  // The broker's own limit: what it delivers more than ten times it takes away, although it was done the first time.
  deadLetters: ["MaxDeliveryCountExceeded"],
  async run({ orders, broker, between }) {
    await broker.inject("duplicate-deliveries", { queue: "orders", count: 100 });
    await broker.inject("duplicate-deliveries", { queue: "warehouse", count: between(5, 20) });
    await broker.inject("duplicate-deliveries", { queue: "dataverse-events", count: 5 });
    await orders.place(between(9, 12));
    return [];
  },
};

/** Row 12. */
export const lockLost: Row = {
  name: "lock-lost",
  fault: "the broker takes locks back while their messages are being worked on, on two hosts",
  holds: "another delivery begins beside the first; one of them ends the order",
  hosts: 2,
  async run({ orders, world, expireLocks, between }) {
    await world.standIns.behave("inventory", { mode: "slow", delayMs: between(200, 600) });
    await world.standIns.behave("warehouse", { mode: "slow", delayMs: between(100, 400) });
    await orders.place(between(3, 5));
    for (let time = 0; time < 4; time++) {
      await sleep(between(50, 250));
      await expireLocks();
    }
    return [];
  },
};

/** Row 15. */
export const lostDisposition: Row = {
  name: "lost-disposition",
  fault: "completions never reach the broker",
  holds: "the messages come again and are found done",
  async run({ orders, broker, expireLocks, between }) {
    await broker.inject("drop-dispositions", { queue: "orders", count: between(1, 3) });
    await broker.inject("drop-dispositions", { queue: "warehouse", count: 1 });
    await orders.place(between(4, 6));
    for (const queue of ["orders", "warehouse"]) {
      await until("so many completions to get lost", async () => {
        const { planned } = await broker.inject("drop-dispositions", { queue, count: 0 });
        return planned === 0 || undefined;
      });
    }
    await broker.inject("drop-connections", {}); // the host would wait a minute for its answers
    await expireLocks();
    return [];
  },
};
