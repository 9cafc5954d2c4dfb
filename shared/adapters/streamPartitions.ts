import type { TableClient, TransactionAction } from "@azure/data-tables";
import type { Position } from "../patterns/streamPosition.ts";
import { findRow } from "./findRow.ts";
import type { CallOptions, Table } from "./tables.ts";
import {
  CURSOR,
  cursorOf,
  cursorRow,
  partitionKeyOf,
  type Stream,
  streamKey,
} from "./telemetryRows.ts";

/** How far a partition has been read, and the version of the row that says so; undefined where there is none yet. */
export async function readCursor(
  table: Table,
  stream: Stream,
  partition: string,
): Promise<{ readonly etag: string; readonly position: Position } | undefined> {
  const row = await findRow(table, partitionKeyOf(stream, partition), CURSOR);
  return row && cursorOf(row);
}

/** Moves the cursor, in the transaction of what was read, unless it is another version by then. */
export function moveCursor(
  partitionKey: string,
  position: Position,
  etag: string | undefined,
): TransactionAction {
  const cursor = cursorRow(partitionKey, position);
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
