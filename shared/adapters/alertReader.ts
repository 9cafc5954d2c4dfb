import type { ReadAlerts, StoredAlert } from "../domain/queryAlerts.ts";
import { alertKeys, alertOf } from "./alertRows.ts";
import { partitionsOf } from "./streamPartitions.ts";
import type { Table } from "./tables.ts";
import { partitionKeyOf, type Stream } from "./telemetryRows.ts";

/** The alerts of all partitions, each partition read as one range of keys. */
export function createAlertReader(table: Table, stream: Stream): ReadAlerts {
  return async ({ from, limit }) => {
    const { odata } = await import("@azure/data-tables");
    return table.call(async (client, options) => {
      const alerts: StoredAlert[] = [];
      for (const partition of await partitionsOf(client, stream, options)) {
        const filter = odata`PartitionKey eq ${partitionKeyOf(stream, partition)} and RowKey ge ${alertKeys.from} and RowKey lt ${alertKeys.to} and until ge ${new Date(from).toISOString()}`;
        for await (const row of client.listEntities({ queryOptions: { filter }, ...options })) {
          alerts.push({ ...alertOf(row), partition });
          if (alerts.length > limit) return alerts;
        }
      }
      return alerts;
    });
  };
}
