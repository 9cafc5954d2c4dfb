import { z } from "zod";
import { TableName } from "./dataverseValue.ts";

/**
 * The one kind of message on queue `orders`: a reference to an order row, never its content.
 * Unknown members are dropped, so that a newer producer can run beside an older consumer.
 */
export const OrderEvent = z.object({
  schema: z.literal(1),
  /** Submitted and Withdrawn are proven by the event itself; Changed says only: look at the row. */
  type: z.enum(["OrderSubmitted", "OrderWithdrawn", "OrderChanged"]),
  table: TableName,
  rowId: z.guid(),
  /** CorrelationId of the save; RequestId, then OperationId where Dataverse sent none. Lower case. */
  correlationId: z.guid(),
  /** The event's modifiedon (or createdon) as epoch ms; absent when the event was stripped or came by the API. */
  modifiedOn: z.int().optional(),
  /** Posted by a synchronous step: the row may not be committed yet. */
  inTransaction: z.boolean(),
  door: z.enum(["webhook", "endpoint", "api"]),
  /** When a door first saw it, epoch ms: bounds the wait for a row that is not yet visible. */
  firstSeenAt: z.int(),
});
export type OrderEvent = z.infer<typeof OrderEvent>;

/** order-event key: names one submission, whichever door and however often it comes. */
export function orderEventKey(
  event: Pick<OrderEvent, "table" | "rowId" | "correlationId" | "type">,
) {
  return `${event.table}:${event.rowId}:${event.correlationId}:${event.type}`;
}

/** Partition of an order in the table, and its name towards outside systems. */
export function orderOf({ table, rowId }: Pick<OrderEvent, "table" | "rowId">): string {
  return `${table}:${rowId}`;
}
