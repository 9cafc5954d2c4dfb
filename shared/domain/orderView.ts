import { z } from "zod";

/** What `GET /orders/{id}` shows of an order; the states other than `accepted` and `processing` are final. */
export const OrderView = z.object({
  /** The order's row id in Dataverse. */
  order: z.guid(),
  orderNumber: z.string().optional(),
  state: z.enum([
    "accepted",
    "processing",
    "approved",
    "back-ordered",
    "withdrawn",
    "ignored",
    "failed",
  ]),
  /** Why it failed or was ignored: the dead-letter reason, `superseded`, `row-gone` … */
  reason: z.string().optional(),
  /** Key of the submission that the state belongs to. */
  submission: z.string().optional(),
  /** A warehouse command that was given up: those after it wait until it is replayed or discarded. */
  stopped: z.object({ sequence: z.int(), reason: z.string(), at: z.int() }).optional(),
  /** Epoch ms. */
  updatedAt: z.int(),
  /** In the order of time, with what persons decided about the order among what was done for it. */
  trail: z.array(
    z.object({
      at: z.int(),
      step: z.string(),
      outcome: z.string(),
      /** Number of the warehouse command that a person discarded, and who that was. */
      sequence: z.int().optional(),
      by: z.string().optional(),
    }),
  ),
});
export type OrderView = z.infer<typeof OrderView>;

/**
 * Undefined when no event of the order has been processed yet, or not the one of the correlation that is awaited.
 * `order` is the row id, lower case.
 */
export type ReadOrder = (order: string, awaited?: string) => Promise<OrderView | undefined>;

export function isFinal({ state }: OrderView): boolean {
  return state !== "accepted" && state !== "processing";
}
