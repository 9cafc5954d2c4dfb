import { createTableSweep, keysFrom } from "../adapters/tableSweep.ts";
import { createTable } from "../adapters/tables.ts";
import type { Config } from "../config.ts";
import type { Clock } from "../patterns/clock.ts";

/** Below host.json's functionTimeout; the next run goes on. */
const BUDGET_MS = 4 * 60 * 1_000;

/**
 * Deletes what is only kept to recognise what comes again, once nothing can come again: records and notes of orders,
 * the requests of the API, stored credit answers. An order's own row and its dispatch log stay, since their numbers
 * must never start anew.
 */
export function createSweepRetention(
  config: Pick<Config, "tables" | "RETENTION_MS">,
  clock: Pick<Clock, "now">,
): () => Promise<Readonly<Record<string, number>>> {
  const sweepOf = (name: string, ...kinds: readonly string[]) =>
    createTableSweep(createTable(config.tables, name), kinds.join(" or "));
  const sweeps = {
    orders: sweepOf("orders", keysFrom("RowKey", "submission:"), keysFrom("RowKey", "note:")),
    intake: sweepOf(
      "intake",
      keysFrom("PartitionKey", "request:"),
      keysFrom("PartitionKey", "accepted:"),
    ),
    credit: sweepOf("credit", keysFrom("RowKey", "answer-")),
  };
  return async function sweepRetention() {
    const startedAt = clock.now();
    const before = startedAt - config.RETENTION_MS;
    const goOn = () => clock.now() - startedAt < BUDGET_MS;
    const removed: Record<string, number> = {};
    for (const [name, sweep] of Object.entries(sweeps)) {
      if (goOn()) removed[name] = await sweep({ before, goOn });
    }
    return removed;
  };
}
