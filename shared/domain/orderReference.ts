import { type OrderEvent, orderEventKey } from "./orderEvent.ts";

/** An order event with the name of the one change it tells of, from which its message id is made. */
export type OrderReference = { readonly event: OrderEvent; readonly change: string };

/** Resolves once each reference is durable, rejects when one may be lost. */
export type Enqueue = (references: readonly OrderReference[]) => Promise<void>;

/**
 * Names the change by its key and its instant: all doors' copies of one save agree, while a second
 * change in the same correlation (cancelled, submitted again) does not, or duplicate detection would
 * silently drop it. Without an instant the operation tells changes apart.
 */
export function referenceTo(event: OrderEvent, operationId?: string): OrderReference {
  const instant = event.modifiedOn ?? operationId;
  const key = orderEventKey(event);
  return { event, change: instant === undefined ? key : `${key}:${instant}` };
}
