import { countOrders } from "./countedOrders.ts";
import { countedRows } from "./countedRows.ts";
import { measureOrderRate } from "./orderRate.ts";
import type { Row } from "./row.ts";

/** What orders cost on the wire, counted; and how fast they go, beside loops by hand that make the same calls. */
export async function measureOrders(): Promise<readonly Row[]> {
  const counted = countedRows(await countOrders());
  return [...counted, ...(await measureOrderRate())];
}
