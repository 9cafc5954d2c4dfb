import * as fc from "fast-check";
import type { OrderEvent } from "../../shared/domain/orderEvent.ts";
import type { OrderRow } from "../../shared/domain/orderRow.ts";
import { aContent, anEvent, anUnprovenEvent, aRow, SAVED_AT } from "./anOrder.ts";

/** A save of an order, and what of it Dataverse tells us. */
type Save = {
  /** Since the save before; 0 is within the same second. */
  readonly seconds: number;
  readonly kind: "transition" | "edit";
  readonly tells: "transition" | "time" | "nothing";
  /** In the correlation of the save before. Within one second such saves are one to us. */
  readonly correlated: boolean;
};

export const aSave: fc.Arbitrary<Save> = fc.record({
  seconds: fc.integer({ min: 0, max: 2 }),
  kind: fc.constantFrom("transition", "transition", "edit"),
  tells: fc.constantFrom("transition", "transition", "time", "nothing"),
  correlated: fc.boolean(),
});

/** An order that its user submits and takes back, again and again; each save has a number in the row's content. */
export function createSavedOrder() {
  let saves = 0;
  let modifiedOn = SAVED_AT;
  let correlation = 10;
  const order = {
    row: aRow({ phase: "other" }),
    /** How the last save left the row. */
    submitted: false,
    /** Number of the save that last submitted the order, where that is proven: an older content must not stand. */
    newest: 0,
    /** The row as saved; the event, unless that stays at the door. */
    save({ seconds, kind, tells, correlated }: Save, firstSeenAt: number): OrderEvent | undefined {
      const number = saves++;
      const isTransition = kind === "transition";
      const proven = tells === "transition";
      modifiedOn += seconds * 1_000;
      if (!correlated || seconds === 0) correlation++;
      if (isTransition) order.submitted = !order.submitted;
      if (isTransition) order.newest = order.submitted && proven ? number : 0;
      order.row = aRow({
        phase: order.submitted ? "submitted" : "withdrawn",
        modifiedOn,
        etag: `W/"${number}"`,
        content: { ...aContent, orderNumber: `ORD-${number}` },
      });
      const correlationId = `a1f7c0de-2f6a-4b0e-9b8c-54f7be6d2c${correlation}`;
      if (!proven) {
        const told = tells === "time" ? { modifiedOn } : {};
        return anUnprovenEvent({ correlationId, firstSeenAt, ...told });
      }
      if (!isTransition) return undefined;
      const type = order.submitted ? "OrderSubmitted" : "OrderWithdrawn";
      return anEvent({ type, correlationId, modifiedOn, firstSeenAt });
    },
  };
  return order;
}

/** Number of the save that a content is from. */
export function saveOf(row: Pick<OrderRow, "content">): number {
  const { orderNumber } = row.content as typeof aContent;
  return Number(orderNumber.slice("ORD-".length));
}
