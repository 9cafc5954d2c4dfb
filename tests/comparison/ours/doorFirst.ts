import { createSubmissionTable } from "../../../shared/adapters/submissionTable.ts";
import type { Table } from "../../../shared/adapters/tables.ts";
import { createSubmitOrder } from "../../../shared/domain/submitOrder.ts";
import { guidFromName, sha256 } from "../../../shared/patterns/digest.ts";
import type { Executor } from "../executor.ts";

/**
 * `POST /orders` before processing, as where a caller chooses the key: the door compares payloads, and what it refuses
 * never gets to the queue. Events of Dataverse carry no such key. The queue in between is left out.
 */
export function doorFirst(table: Table, now: () => number, processing: Executor): Executor {
  const submitOrder = createSubmitOrder({
    store: createSubmissionTable(table),
    enqueue: async () => undefined,
    profile: { table: "salesorder" },
    now,
    digest: sha256,
    guidFromName,
  });
  return {
    async run(call) {
      const { key, payload } = call;
      await submitOrder({
        caller: "comparison",
        idempotencyKey: key,
        payload: { orderId: guidFromName(payload) },
      });
      return await processing.run(call);
    },
  };
}
