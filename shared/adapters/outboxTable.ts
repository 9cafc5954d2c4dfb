import type { TransactionAction } from "@azure/data-tables";
import { z } from "zod";
import { parseJson } from "../json.ts";
import { parse } from "../parse.ts";
import { sha256 } from "../patterns/digest.ts";
import type { OutboxRow, OutboxStore } from "../patterns/outbox.ts";
import type { OutgoingMessage } from "../patterns/timedSend.ts";
import { hasStatus, type Table } from "./tables.ts";

/** One partition: rows are few and short-lived, and only within a partition does a query keep their order. */
const PARTITION = "outbox";
const MAX_TRANSACTION_SIZE = 100; // Table service: entities in one entity-group transaction
const MAX_MESSAGE_BYTES = 64 * 1024; // Table service: one property

const Row = z.object({ message: z.string() });

const Message = z.object({
  destination: z.string(),
  messageId: z.string(),
  body: z.unknown(),
  applicationProperties: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .optional(),
});

/** Outbox rows in a table, keyed by time and message, so that a repeated write is the same row. */
export function createOutboxTable(table: Table): OutboxStore {
  return {
    async keep(messages, at) {
      const rows = [...new Map(messages.map((message) => toAction(message, at)))];
      for (let start = 0; start < rows.length; start += MAX_TRANSACTION_SIZE) {
        const actions = rows.slice(start, start + MAX_TRANSACTION_SIZE).map(([, action]) => action);
        await table.call((client, options) => client.submitTransaction(actions, options));
      }
    },

    async oldest(count, after = "") {
      const { odata } = await import("@azure/data-tables");
      const filter = odata`PartitionKey eq ${PARTITION} and RowKey gt ${after}`; // by row key, hence by time
      return table.call(async (client, options) => {
        const pages = client
          .listEntities({ queryOptions: { filter }, ...options })
          .byPage({ maxPageSize: count });
        for await (const page of pages) {
          if (page.length > 0) return page.map(fromEntity);
        }
        return [];
      });
    },

    async remove(rowId) {
      try {
        await table.call((client, options) => client.deleteEntity(PARTITION, rowId, options));
      } catch (error) {
        if (!hasStatus(error, 404)) throw error; // another relay was faster
      }
    },
  };
}

function toAction(message: OutgoingMessage, at: number): [string, TransactionAction] {
  const time = String(at).padStart(15, "0");
  const rowKey = `${time}-${sha256(JSON.stringify([message.destination, message.messageId]))}`;
  const entity = { partitionKey: PARTITION, rowKey, message: JSON.stringify(message) };
  return [rowKey, ["upsert", entity, "Replace"]];
}

function fromEntity(entity: { readonly rowKey?: string }): OutboxRow {
  const rowId = entity.rowKey ?? "";
  try {
    return { rowId, message: messageIn(parse(Row, entity).message) };
  } catch (cause) {
    return { rowId, message: new Error(`outbox row ${rowId} cannot be read`, { cause }) };
  }
}

function messageIn(text: string): OutgoingMessage {
  const bytes = new TextEncoder().encode(text);
  const { applicationProperties, ...rest } = parse(
    Message,
    parseJson(bytes, { maxBytes: MAX_MESSAGE_BYTES }),
  );
  return { ...rest, ...(applicationProperties && { applicationProperties }) };
}
