import { countOrders } from "./countedOrders.ts";
import { countedRows } from "./countedRows.ts";
import type { Row } from "./row.ts";

/** What orders cost: storage calls and broker operations, counted. */
export async function measureOrders(): Promise<readonly Row[]> {
  return countedRows(await countOrders());
}
