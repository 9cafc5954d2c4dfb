import type { Row } from "../row.ts";

/** Each host of the harness runs the timers, as two do at a change of leader. */
export const twoRelays: Row = {
  name: "two-relays",
  fault: "two relays empty one outbox at once",
  holds: "each row is sent at least once under its one message id, and has one effect",
  hosts: 2,
  async run({ orders, bus, expireLocks, between }) {
    await orders.doors({ webhook: true, endpoint: false });
    const ids = await Promise.all(Array.from({ length: between(8, 16) }, () => orders.enter()));
    bus.down();
    await Promise.all(ids.map(orders.submit));
    await new Promise((resolve) => setTimeout(resolve, between(1_600, 2_400)));
    bus.up();
    await expireLocks();
    return [];
  },
};
