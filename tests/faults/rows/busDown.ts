import { setTimeout as sleep } from "node:timers/promises";
import { drained } from "../drained.ts";
import type { Row } from "../row.ts";

/** `statuscode` of a system job that was not accepted. */
const FAILED = 31;

export const busDown: Row = {
  name: "bus-down-at-intake",
  fault: "the bus refuses, or is silent, while orders come in through webhook and door c",
  holds: "each is accepted, kept in the outbox and relayed",
  async run(context) {
    const { orders, world, bus, expireLocks, random, between } = context;
    await orders.doors({ webhook: true, endpoint: false });
    await orders.submit(await orders.enter()); // the client is connected before the bus goes
    await drained(context, 15_000);
    const ids = await Promise.all(Array.from({ length: between(3, 6) }, () => orders.enter()));
    const isSilent = random() < 0.5;
    if (isSilent) bus.deafen();
    else bus.down();

    await Promise.all(ids.map(orders.submit));
    await Promise.all(ids.filter(() => random() < 0.5).map((id) => orders.post(id)));
    await sleep(between(100, 1_000));

    bus.cut(); // what is deaf would stay so
    bus.up();
    await expireLocks();
    const jobs = await world.standIns.systemJobs();
    const refused = jobs.filter(({ statuscode }) => statuscode === FAILED);
    return refused.map(({ attempts }) => `the webhook gave up after ${JSON.stringify(attempts)}`);
  },
};
