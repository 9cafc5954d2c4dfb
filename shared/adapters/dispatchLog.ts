import { z } from "zod";
import type { DispatchLog, DispatchLogStore } from "../domain/dispatchLog.ts";
import { findRow } from "./findRow.ts";
import { ownedWrite, reachable } from "./ownedWrite.ts";
import type { Table } from "./tables.ts";

const GivenUp = z.object({ sequence: z.int(), reason: z.string(), at: z.int() });

const Log = z.object({
  last: z.int().nonnegative(),
  hashes: z.record(z.string(), z.string()),
  givenUp: z.array(GivenUp.extend({ hash: z.string() })).optional(),
  discarded: z.array(GivenUp.extend({ by: z.string() })).optional(),
});

type Row = { readonly owner?: unknown; readonly body?: unknown };

export const DISPATCH_ROW = "dispatch";

export function toDispatchLog(body: unknown): DispatchLog {
  return Log.parse(JSON.parse(String(body)));
}

/** Row `dispatch` in the order's partition. */
export function createDispatchLog({
  table,
  newId,
}: {
  readonly table: Table;
  readonly newId: () => string;
}): DispatchLogStore {
  const rowOf = (order: string) => findRow<Row>(table, order, DISPATCH_ROW);

  return {
    async read(order) {
      const row = await reachable(() => rowOf(order));
      if (row?.etag === undefined) return undefined;
      return { log: toDispatchLog(row.body), version: row.etag };
    },

    async write(order, log, etag) {
      const owner = newId();
      const entity = {
        partitionKey: order,
        rowKey: DISPATCH_ROW,
        owner,
        body: JSON.stringify(log),
      };
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
