import type { Row } from "../row.ts";

const GRACE_MS = 10_000;

/** Row 16. */
export const scaleIn: Row = {
  name: "scale-in",
  fault: "one of two hosts is told to stop while both are at work",
  holds: "it is gone within its grace; what it had begun goes on at the other",
  hosts: 2,
  async run({ orders, world, fleet, between }) {
    await world.standIns.behave("inventory", { mode: "slow", delayMs: between(50, 400) });
    const placed = orders.place(between(6, 12));
    const [, second] = fleet.hosts();
    await placed;
    const since = Date.now();
    if (second !== undefined) await fleet.terminate(second);
    const tookMs = Date.now() - since;
    return tookMs > GRACE_MS ? [`the host took ${tookMs} ms to stop`] : [];
  },
};
