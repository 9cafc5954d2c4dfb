import { z } from "zod";
import type { Acceptance, SubmissionStore } from "../domain/submitOrder.ts";
import { parse } from "../parse.ts";
import { hasStatus, type Table } from "./tables.ts";

const REQUEST = "request";
const ACCEPTED = "accepted";

/** Numbers beyond 32 bits come back from the Table service as doubles or bigints; decimal text has one reading. */
const Instant = z.string().regex(/^\d+$/).transform(Number);
const RequestRow = z.object({
  orderId: z.string(),
  payloadHash: z.string(),
  acceptedAt: Instant,
});
const AcceptedRow = z.object({ correlationId: z.string(), acceptedAt: Instant });

/**
 * Requests by caller and key, and acceptances by order, the latest first. Insert first: the row found on a conflict may be
 * our own, whose answer was lost, so it is compared by content, never by who wrote it.
 */
export function createSubmissionTable(table: Table): SubmissionStore {
  return {
    async keepFirst(name, submission) {
      const { orderId, payloadHash, acceptedAt } = submission;
      const key = { partitionKey: `${REQUEST}:${name}`, rowKey: REQUEST };
      try {
        await table.call((client, options) =>
          client.createEntity(
            { ...key, orderId, payloadHash, acceptedAt: String(acceptedAt) },
            options,
          ),
        );
        return submission;
      } catch (error) {
        if (!hasStatus(error, 409)) throw error;
      }
      const kept = await table.call((client, options) =>
        client.getEntity(key.partitionKey, key.rowKey, options),
      );
      return parse(RequestRow, kept);
    },

    async noteAccepted(orderId, { correlationId, acceptedAt }) {
      const row = {
        partitionKey: partitionOf(orderId),
        rowKey: `${latestFirst(acceptedAt)}:${correlationId}`,
        correlationId,
        acceptedAt: String(acceptedAt),
      };
      await table.call((client, options) => client.upsertEntity(row, "Replace", options));
    },

    lastAccepted: (orderId) =>
      table.call(async (client, { abortSignal }) => {
        const { odata } = await import("@azure/data-tables");
        const filter = odata`PartitionKey eq ${partitionOf(orderId)}`;
        const found = client.listEntities({ queryOptions: { filter }, abortSignal });
        for await (const [row] of found.byPage({ maxPageSize: 1 })) {
          if (row !== undefined) return parse(AcceptedRow, row) satisfies Acceptance;
        }
        return undefined;
      }),
  };
}

function partitionOf(orderId: string): string {
  return `${ACCEPTED}:${orderId}`;
}

/** Row keys sort as text. A row each needs no read before the write, and no order among writers. */
function latestFirst(epochMs: number): string {
  return String(Number.MAX_SAFE_INTEGER - epochMs).padStart(16, "0");
}
