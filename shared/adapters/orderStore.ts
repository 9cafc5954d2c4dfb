import { z } from "zod";
import { stoppedIn } from "../domain/dispatchLog.ts";
import type { LedgerEntry, OrderLedger, OrderNote } from "../domain/orderLedger.ts";
import { OrderRecord, OrderState, OrderWork } from "../domain/orderState.ts";
import type { OrderTraces } from "../domain/orderTraces.ts";
import type { ScopeRow, ScopeStore } from "../patterns/idempotency.ts";
import { DISPATCH_ROW, toDispatchLog } from "./dispatchLog.ts";
import { findRow } from "./findRow.ts";
import { fromColumns, toColumns } from "./jsonColumns.ts";
import { ownedWrite, reachable } from "./ownedWrite.ts";
import type { CallOptions, Table } from "./tables.ts";

export type OrderStore = ScopeStore<ScopeRow<OrderState, OrderWork>, OrderRecord, LedgerEntry> &
  Pick<OrderLedger, "load" | "note" | "fence"> & {
    /** Everything that is kept of an order, for showing it. */
    readonly traces: (order: string) => Promise<OrderTraces>;
  };

const OrderBody = z.object({
  state: OrderState,
  lease: z
    .object({
      key: z.string(),
      expiresAt: z.int(),
      attempt: z.int(),
      touchedAt: z.int(),
      work: OrderWork,
    })
    .optional(),
});

const Note = z.object({
  correlationId: z.string(),
  outcome: z.enum(["ignored", "failed"]),
  reason: z.string(),
  at: z.int(),
});

type Row = Record<string, unknown> & { readonly rowKey?: string; readonly etag?: string };

const ORDER_ROW = "order";
const RECORD = "submission:";
const NOTE = "note:";

/**
 * Orders in one table, a partition each: row `order` with state and lease, a row per submission with its record, notes.
 * State and record of a submission commit in one entity-group transaction, fenced by the order row's ETag.
 */
export function createOrderStore({
  table,
  newId,
}: {
  readonly table: Table;
  readonly newId: () => string;
}): OrderStore {
  const query = (filter: string) =>
    reachable(() =>
      table.call(async (client, { abortSignal }) => {
        const rows: Row[] = [];
        const found = client.listEntities<Row>({ queryOptions: { filter }, abortSignal });
        for await (const row of found) rows.push(row);
        return rows;
      }),
    );

  const related = async (order: string, correlationId: string): Promise<Row[]> => {
    const { odata } = await import("@azure/data-tables");
    const from = `${RECORD}${correlationId}:`;
    const to = `${RECORD}${correlationId};`; // the character after the colon
    return await query(
      odata`PartitionKey eq ${order} and (RowKey eq ${ORDER_ROW} or (RowKey ge ${from} and RowKey lt ${to}))`,
    );
  };

  return {
    async create(order, row, key) {
      const owner = newId();
      const entity = toEntity(order, row, owner);
      let conflict: Row[] | undefined;
      const version = await ownedWrite(
        { owner, replacing: undefined },
        async () =>
          (await table.call((client, options) => client.createEntity(entity, options))).etag,
        async () => {
          conflict = await related(order, correlationOf(order, key));
          return conflict.find(isOrderRow);
        },
      );
      return version === undefined ? { found: toEntry(conflict ?? []) } : { version };
    },

    async replace(order, row, etag, record) {
      const owner = newId();
      const entity = toEntity(order, row, owner);
      return await ownedWrite(
        { owner, replacing: etag },
        () =>
          table.call(async (client, options: CallOptions) => {
            if (record === undefined) {
              return (await client.updateEntity(entity, "Replace", { ...options, etag })).etag;
            }
            const done = await client.submitTransaction(
              [
                ["update", entity, "Replace", { etag }],
                ["upsert", toRecordEntity(order, record), "Replace"],
              ],
              options,
            );
            return done.subResponses[0]?.etag?.trim(); // answers come in the order of the actions
          }),
        () => findRow(table, order, ORDER_ROW),
      );
    },

    load: async (order, correlationId) => toEntry(await related(order, correlationId)),

    async note(order, note) {
      await reachable(() =>
        table.call((client, options) =>
          client.upsertEntity(toNoteEntity(order, note), "Replace", options),
        ),
      );
    },

    async fence(order, note, { state, version: etag }) {
      const owner = newId();
      const entity = toEntity(order, { state }, owner);
      const version = await ownedWrite(
        { owner, replacing: etag },
        () =>
          table.call(async (client, options) => {
            const done = await client.submitTransaction(
              [
                etag === undefined ? ["create", entity] : ["update", entity, "Replace", { etag }],
                ["upsert", toNoteEntity(order, note), "Replace"],
              ],
              options,
            );
            return done.subResponses[0]?.etag?.trim();
          }),
        () => findRow(table, order, ORDER_ROW),
      );
      return version !== undefined;
    },

    async traces(order) {
      const { odata } = await import("@azure/data-tables");
      const rows = await query(odata`PartitionKey eq ${order}`);
      return {
        lease: toEntry(rows).found?.lease,
        ...dispatchedIn(rows),
        records: rows.filter((row) => row.rowKey?.startsWith(RECORD)).map(toRecord),
        notes: rows
          .filter((row) => row.rowKey?.startsWith(NOTE))
          .map((row) => Note.parse(bodyOf(row))),
      };
    },
  };
}

function toEntity(order: string, row: ScopeRow<OrderState, OrderWork>, owner: string) {
  return {
    partitionKey: order,
    rowKey: ORDER_ROW,
    owner,
    ...(row.lease !== undefined && { holder: row.lease.key }),
    ...toColumns("body", row),
  };
}

function toRecordEntity(order: string, record: OrderRecord) {
  return {
    partitionKey: order,
    rowKey: `${RECORD}${withoutOrder(order, record.key)}`,
    endedAt: new Date(record.endedAt),
    outcome: record.result.outcome,
    ...toColumns("body", record),
  };
}

function toNoteEntity(order: string, note: OrderNote) {
  const rowKey = `${NOTE}${note.correlationId}`;
  return { partitionKey: order, rowKey, ...toColumns("body", note) };
}

function toEntry(rows: readonly Row[]): LedgerEntry {
  const row = rows.find(isOrderRow);
  const records = rows.filter((row) => row.rowKey?.startsWith(RECORD)).map(toRecord);
  if (row?.etag === undefined) return { records };
  const { state, lease } = OrderBody.parse(bodyOf(row));
  return { found: { state, lease, version: row.etag }, records };
}

function dispatchedIn(rows: readonly Row[]): Pick<OrderTraces, "stopped" | "discarded"> {
  const row = rows.find(({ rowKey }) => rowKey === DISPATCH_ROW);
  if (row === undefined) return {};
  const log = toDispatchLog(row["body"]);
  return { stopped: stoppedIn(log), discarded: log.discarded };
}

function isOrderRow(row: Row): boolean {
  return row.rowKey === ORDER_ROW;
}

function toRecord(row: Row): OrderRecord {
  return OrderRecord.parse(bodyOf(row));
}

function bodyOf(row: Row): unknown {
  return fromColumns("body", row);
}

/** Keys of an order's submissions begin with the order: `<table>:<row id>:<correlation id>:<type>`. */
function withoutOrder(order: string, key: string): string {
  return key.startsWith(`${order}:`) ? key.slice(order.length + 1) : key;
}

function correlationOf(order: string, key: string): string {
  return withoutOrder(order, key).split(":", 1).join("");
}
