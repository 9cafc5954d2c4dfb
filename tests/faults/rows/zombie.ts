import { until } from "../../../local/outside/until.ts";
import { logEntries } from "../oracle/logEntries.ts";
import type { PointName } from "../points.ts";
import type { Row, RowContext } from "../row.ts";
import { orderRows } from "../tableRows.ts";

const moments: readonly PointName[] = ["after-begin", "after-effect", "after-write-back"];

/** It sleeps through lock and lease, and wakes up believing that it holds both. */
export const zombie: Row = {
  name: "zombie",
  fault: "a worker is stopped in the middle of an order, past lock and lease, and continued later",
  holds:
    "who took over has ended the order; the late one is turned away, and changes neither record nor effects",
  skip: () =>
    process.platform === "win32" ? "Windows cannot stop and continue a process" : undefined,
  async run(context) {
    const { orders, world, broker, expireLocks, fleet, log, random, between } = context;
    const point = moments[between(0, moments.length - 1)] ?? "after-begin";
    const stopped = fleet.arm({ point, nth: 1, action: "stop" });
    const id = await orders.enter();
    await orders.submit(id);
    const pid = await stopped;
    // Until now it is the only host.
    const sleeper = log.findLast(({ process }) => process.startsWith("host"))?.process;
    try {
      await fleet.add();
      await broker.inject("drop-connections", {}); // it would be given the message again
      await expireLocks();
      await world.dataverse.fulfilled(id, "approved");
      if (random() < 0.5) {
        await orders.withdraw(id);
        await world.dataverse.fulfilled(id, "withdrawn");
      }
      const before = await recordsOf(context, id);

      const from = log.length;
      process.kill(pid, "SIGCONT");
      const isTurnedAway = async () =>
        logEntries(log.slice(from)).some(
          ({ process: speaker, category, text }) =>
            speaker === sleeper &&
            category === "Function.processOrder.User" &&
            text.startsWith("message scheduled again"),
        ) || undefined;
      await until("the zombie to be turned away", isTurnedAway);

      const bodies = [before, await recordsOf(context, id)];
      orders.compare({ what: `the record of order ${id}`, bodies });
    } finally {
      process.kill(pid, "SIGCONT");
    }
    return [];
  },
};

/** The order's records once nobody holds it. */
function recordsOf(context: RowContext, id: string): Promise<string> {
  return until(`order ${id} to be free`, async () => {
    const rows = await orderRows(context, id);
    if (rows.get("order")?.["holder"] !== undefined) return undefined;
    const records = [...rows].filter(([key]) => key.startsWith("submission:"));
    return JSON.stringify(records.map(([key, row]) => [key, row["body0"]]));
  });
}
