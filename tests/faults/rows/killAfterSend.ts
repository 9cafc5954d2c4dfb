import type { Row } from "../row.ts";

export const killAfterSend: Row = {
  name: "kill-after-send",
  fault: "kill -9 inside door c after the bus took the reference, before the caller had its 202",
  holds:
    "the caller asks again under its key; a second reference to the order has no second effect",
  async run({ orders, fleet, between }) {
    await orders.doors({ webhook: false, endpoint: false });
    const ids = await Promise.all(Array.from({ length: between(2, 4) }, () => orders.enter()));
    await Promise.all(ids.map(orders.submit));
    const died = fleet.arm({ point: "after-send", nth: between(1, ids.length), action: "kill" });
    await Promise.all([...ids.map((id) => orders.post(id, { times: between(2, 3) })), died]);
    return [];
  },
};
