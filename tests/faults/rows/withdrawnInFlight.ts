import { setTimeout as sleep } from "node:timers/promises";
import { drained } from "../drained.ts";
import type { Row } from "../row.ts";

/** Two events of one order that want opposite things, both on their way. */
export const withdrawnInFlight: Row = {
  name: "withdrawn-in-flight",
  fault: "an order is withdrawn while its submission is at work on another host",
  holds: "they never run at once; whatever was done is undone, in the order of its numbers",
  hosts: 2,
  async run(context) {
    const { orders, world, between } = context;
    // Slow enough to be overtaken, and in time for the app's patience.
    await world.standIns.behave("inventory", { mode: "slow", delayMs: between(150, 350) });
    const ids = await Promise.all(Array.from({ length: between(2, 4) }, () => orders.enter()));
    await Promise.all(
      ids.map(async (id) => {
        await orders.submit(id);
        await sleep(between(50, 900));
        await orders.withdraw(id);
      }),
    );
    await drained(context, 30_000);
    return [];
  },
};
