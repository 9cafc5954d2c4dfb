import { z } from "zod";
import type { DispatchPorts } from "../domain/dispatchShipment.ts";
import { findRow } from "./findRow.ts";
import { ownedWrite, reachable } from "./ownedWrite.ts";
import type { Table } from "./tables.ts";

const Log = z.object({
  last: z.int().nonnegative(),
  hashes: z.record(z.string(), z.string()),
});

type Row = { readonly owner?: unknown; readonly body?: unknown };

const ROW_KEY = "dispatch";

/** Row `dispatch` in the order's partition. */
export function createDispatchLog({
  table,
  newId,
}: {
  readonly table: Table;
  readonly newId: () => string;
}): DispatchPorts["log"] {
  const rowOf = (order: string) => findRow<Row>(table, order, ROW_KEY);

  return {
    async read(order) {
      const row = await reachable(() => rowOf(order));
      if (row?.etag === undefined) return undefined;
      return { log: Log.parse(JSON.parse(String(row.body))), version: row.etag };
    },

    async write(order, log, etag) {
      const owner = newId();
      const entity = { partitionKey: order, rowKey: ROW_KEY, owner, body: JSON.stringify(log) };
      const version = await ownedWrite(
        { owner, replacing: etag },
        async () => {
          const { etag: written } = await table.call((client, options) =>
            etag === undefined
              ? client.createEntity(entity, options)
              : client.updateEntity(entity, "Replace", { ...options, etag }),
          );
          return written;
        },
        () => rowOf(order),
      );
      return version !== undefined;
    },
  };
}
