import { z } from "zod";
import { sha256 } from "../patterns/digest.ts";
import type { UncertainRow, UncertainStore } from "../patterns/reconciliation.ts";
import { fromColumns, toColumns } from "./jsonColumns.ts";
import type { OutgoingMessage } from "./serviceBusSender.ts";
import { hasStatus, type Table } from "./tables.ts";

/** One partition: only within a partition does a query keep the order of its rows. */
const PARTITION = "uncertain";

const Kept = z.object({
  queue: z.string(),
  call: z.object({ target: z.string(), path: z.string(), key: z.string() }),
  since: z.int(),
  body: z.base64(),
  message: z.object({
    messageId: z.string(),
    contentType: z.string().optional(),
    replyTo: z.string().optional(),
    correlationId: z.string().optional(),
    subject: z.string().optional(),
    applicationProperties: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  }),
});

/** Messages of uncertain outcome, keyed by time and message id, so that a repeated write is the same row. */
export function createUncertainTable(table: Table): UncertainStore<OutgoingMessage> {
  return {
    async keep({ queue, call, since, message: { body, applicationProperties = {}, ...message } }) {
      const rowKey = `${String(since).padStart(15, "0")}-${sha256(`${queue}/${message.messageId}`)}`;
      const bytes = Buffer.from(body instanceof Uint8Array ? body : JSON.stringify(body));
      const kept: z.infer<typeof Kept> = {
        queue,
        call,
        since,
        body: bytes.toString("base64"),
        message: { ...message, applicationProperties },
      };
      const entity = {
        partitionKey: PARTITION,
        rowKey,
        ...toColumns("kept", kept),
      };
      await table.call((client, options) => client.upsertEntity(entity, "Replace", options));
    },

    async oldest(count, after = "") {
      const { odata } = await import("@azure/data-tables");
      const filter = odata`PartitionKey eq ${PARTITION} and RowKey gt ${after}`; // by row key, hence by time
      return table.call(async (client, { abortSignal }) => {
        const pages = client
          .listEntities({ queryOptions: { filter }, abortSignal })
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
        if (!hasStatus(error, 404)) throw error; // another run was faster
      }
    },
  };
}

function fromEntity(
  entity: Record<string, unknown> & { readonly rowKey?: string },
): UncertainRow<OutgoingMessage> {
  const rowId = entity.rowKey ?? "";
  try {
    const { body, message, ...kept } = Kept.parse(fromColumns("kept", entity));
    return { rowId, kept: { ...kept, message: { ...message, body: Buffer.from(body, "base64") } } };
  } catch (cause) {
    return { rowId, kept: new Error(`uncertain row ${rowId} cannot be read`, { cause }) };
  }
}
