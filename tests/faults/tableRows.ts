import { TableClient } from "@azure/data-tables";
import type { Arena } from "./arena.ts";

/** The judge's own way to the rows, around the faults. */
function tableOf({ stack }: Arena, name: string): TableClient {
  return TableClient.fromConnectionString(stack.connectionStrings.storage, name, {
    allowInsecureConnection: true,
  });
}

const TABLES = ["orders", "intake", "breakers", "reconciliation", "credit"] as const;

/** The app makes each on first use, by a call that fails first: none of those is to meet a row's fault. */
export async function createTables(arena: Arena): Promise<void> {
  await Promise.all(TABLES.map((name) => tableOf(arena, name).createTable()));
}

/** One row as the table has it; undefined where there is none. */
export async function findRow(arena: Arena, table: string, partition: string, row: string) {
  return await tableOf(arena, table)
    .getEntity(partition, row)
    .catch(() => undefined);
}

/** Rows of one order, as the table has them. */
export async function orderRows(arena: Arena, id: string) {
  const rows = new Map<string, Readonly<Record<string, unknown>>>();
  const queryOptions = { filter: `PartitionKey eq 'salesorder:${id}'` };
  const found = tableOf(arena, "orders").listEntities({ queryOptions });
  for await (const row of found) rows.set(String(row.rowKey), row);
  return rows;
}

/** How many rows a partition has. A table that nobody has written to yet has none. */
export async function countRows(arena: Arena, table: string, partition: string): Promise<number> {
  const queryOptions = { filter: `PartitionKey eq '${partition}'`, select: ["RowKey"] };
  let count = 0;
  try {
    for await (const page of tableOf(arena, table).listEntities({ queryOptions }).byPage())
      count += page.length;
  } catch (error) {
    if (!String(error).includes("TableNotFound")) throw error;
  }
  return count;
}
