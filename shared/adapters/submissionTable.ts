import { z } from "zod";
import type { SubmissionStore } from "../domain/submitOrder.ts";
import { parse } from "../parse.ts";
import { hasStatus, type Table } from "./tables.ts";

const REQUEST = "request";
const ACCEPTED = "accepted";

/** Numbers beyond 32 bits come back from the Table service as doubles or bigints; decimal text has one reading. */
const Instant = z.string().regex(/^\d+$/).transform(Number);
const RequestRow = z.object({ payloadHash: z.string(), acceptedAt: Instant });
const AcceptedRow = z.object({ acceptedAt: Instant });

/**
 * Requests by caller and key, and a pointer by order. Insert first: the row found on a conflict may be
 * our own, whose answer was lost, so it is compared by content, never by who wrote it.
 */
export function createSubmissionTable(table: Table): SubmissionStore {
  return {
    async keepFirst(name, submission) {
      const { payloadHash, acceptedAt } = submission;
      const key = { partitionKey: `${REQUEST}:${name}`, rowKey: REQUEST };
      try {
        await table.call((client, options) =>
          client.createEntity({ ...key, payloadHash, acceptedAt: String(acceptedAt) }, options),
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

    async noteAccepted(orderId, at) {
      const row = { partitionKey: `${ACCEPTED}:${orderId}`, rowKey: ACCEPTED };
      await table.call((client, options) =>
        client.upsertEntity({ ...row, acceptedAt: String(at) }, "Replace", options),
      );
    },

    async acceptedAt(orderId) {
      try {
        const row = await table.call((client, options) =>
          client.getEntity(`${ACCEPTED}:${orderId}`, ACCEPTED, options),
        );
        return parse(AcceptedRow, row).acceptedAt;
      } catch (error) {
        if (hasStatus(error, 404)) return undefined;
        throw error;
      }
    },
  };
}
