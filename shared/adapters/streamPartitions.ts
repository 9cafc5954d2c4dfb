import type { TableClient, TransactionAction } from "@azure/data-tables";
import { findRow } from "./findRow.ts";
import type { CallOptions, Table } from "./tables.ts";
import {
  CURSOR,
  type Cursor,
  cursorOf,
  type cursorRow,
  partitionKeyOf,
  type Stream,
  streamKey,
} from "./telemetryRows.ts";

/** How far a partition has been read, undefined where that has not begun. */
export async function readCursor(
  table: Table,
  stream: Stream,
  partition: string,
): Promise<Cursor | undefined> {
  const row = await findRow(table, partitionKeyOf(stream, partition), CURSOR);
  return row && cursorOf(row);
}

/** Moves the cursor, in the transaction of what was read, unless it is another version by then. */
export function moveCursor(
  cursor: ReturnType<typeof cursorRow>,
  etag: string | undefined,
): TransactionAction {
  return etag === undefined ? ["create", cursor] : ["update", cursor, "Replace", { etag }];
}

/** Readers find the partitions by these rows, rather than by a scan. */
export async function announcePartition(
  table: Table,
  stream: Stream,
  partition: string,
): Promise<void> {
  await table.call((client, options) =>
    client.upsertEntity({ partitionKey: streamKey(stream), rowKey: partition }, "Merge", options),
  );
}

export async function partitionsOf(
  client: TableClient,
  stream: Stream,
  options: CallOptions,
): Promise<string[]> {
  const { odata } = await import("@azure/data-tables");
  const filter = odata`PartitionKey eq ${streamKey(stream)}`;
  const partitions: string[] = [];
  for await (const { rowKey } of client.listEntities({ queryOptions: { filter }, ...options })) {
    if (rowKey !== undefined) partitions.push(rowKey);
  }
  return partitions;
}
