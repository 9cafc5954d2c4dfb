import type { TableClient } from "@azure/data-tables";
import { fromUnits } from "../domain/fixedPoint.ts";
import type { ReadWindows, TelemetryWindow, WindowRange } from "../domain/queryTelemetry.ts";
import { mergeTotals, type Window, windowId } from "../patterns/window.ts";
import { partitionsOf } from "./streamPartitions.ts";
import type { CallOptions, Table } from "./tables.ts";
import { namesOf, partitionKeyOf, type Stream, windowOf, windowRowKey } from "./telemetryRows.ts";

/**
 * Windows of all partitions, merged, in the order of time, metric and key. Each partition is read as one
 * range of keys, and no further than the limit allows.
 */
export function createWindowReader(table: Table, stream: Stream): ReadWindows {
  return (range) =>
    table.call(async (client, options) => {
      const parts = await partitionsOf(client, stream, options);
      const windows = await Promise.all(
        parts.map((partition) =>
          readRange(client, partitionKeyOf(stream, partition), range, options),
        ),
      );
      return mergeWindows(windows.flat()).slice(0, range.limit + 1);
    });
}

async function readRange(
  client: TableClient,
  partitionKey: string,
  { from, to, metric, limit }: WindowRange,
  options: CallOptions,
): Promise<Window[]> {
  const { odata } = await import("@azure/data-tables");
  const range = odata`PartitionKey eq ${partitionKey} and RowKey ge ${windowRowKey(from)} and RowKey lt ${windowRowKey(to)}`;
  const filter = metric === undefined ? range : range + odata` and metric eq ${metric}`;
  const windows: Window[] = [];
  for await (const row of client.listEntities({ queryOptions: { filter }, ...options })) {
    windows.push(windowOf(row));
    if (windows.length > limit) break;
  }
  return windows;
}

function mergeWindows(windows: readonly Window[]): TelemetryWindow[] {
  const merged = new Map<string, Window>();
  for (const window of windows) {
    const id = windowId(window);
    merged.set(id, { ...window, ...mergeTotals(merged.get(id), window) });
  }
  return [...merged.values()]
    .toSorted((a, b) => a.start - b.start || (a.series < b.series ? -1 : 1))
    .map(({ series, start, count, sum, min, max }) => ({
      ...namesOf(series),
      from: new Date(start).toISOString(),
      count,
      sum: fromUnits(sum),
      min: fromUnits(min),
      max: fromUnits(max),
    }));
}
