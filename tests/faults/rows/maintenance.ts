import { setTimeout as sleep } from "node:timers/promises";
import type { Row } from "../row.ts";

const OFFLINE_MS = 30_000;

export const maintenance: Row = {
  name: "warehouse-maintenance",
  fault: "the warehouse is offline for 30 s while orders go on being placed and withdrawn",
  holds: "nothing is lost or dead-lettered; afterwards all is delivered, in order for each order",
  hosts: 2,
  settings: { PARK_DELAY_MS: "1500", BREAKER_OPEN_MS: "2000" },
  drainWithinMs: 60_000,
  async run({ orders, world, random, between }) {
    await world.standIns.takeDown("warehouse");
    const until = Date.now() + OFFLINE_MS;
    const waves = between(3, 5);
    for (let wave = 0; wave < waves; wave++) {
      const ids = await orders.place(between(3, 5));
      await sleep(OFFLINE_MS / (2 * waves));
      for (const [index, id] of ids.entries()) {
        if (index > 1 || random() < 0.5) continue;
        await orders.withdraw(id);
      }
    }
    await sleep(Math.max(0, until - Date.now()));
    await world.standIns.bringBack("warehouse");
    return [];
  },
};
