import { z } from "zod";
import { TerminalError } from "../errors.ts";
import { Guid } from "./dataverseValue.ts";
import type { OrderEvent } from "./orderEvent.ts";
import type { OrderProfile } from "./orderProfile.ts";
import { type Enqueue, referenceTo } from "./orderReference.ts";
import { type OrderView, type ReadOrder } from "./orderView.ts";

/** `POST /orders`: asks to process an order row that is already in Dataverse. */
export const SubmitOrder = z.strictObject({
  orderId: Guid.refine((id) => /[^0-]/.test(id), "must name a row, not the guid of zeros"),
});
export type SubmitOrder = z.infer<typeof SubmitOrder>;

/** One request as its caller named it. */
export type Submission = {
  readonly caller: string;
  readonly idempotencyKey: string;
  readonly payload: SubmitOrder;
};

/** What was kept of the first request under a caller's key. */
export type KeptSubmission = {
  readonly orderId: string;
  readonly payloadHash: string;
  readonly acceptedAt: number;
};

/** A request that was accepted: the correlation of its event, and when its key first came (epoch ms). */
export type Acceptance = { readonly correlationId: string; readonly acceptedAt: number };

export type SubmissionStore = {
  /** Keeps the first request under a name and answers what is kept, its own or an earlier one. */
  readonly keepFirst: (name: string, submission: KeptSubmission) => Promise<KeptSubmission>;
  /** Notes that an order was submitted, as often as one likes. */
  readonly noteAccepted: (orderId: string, acceptance: Acceptance) => Promise<void>;
  /** The latest of an order's acceptances, in whichever order they were noted. */
  readonly lastAccepted: (orderId: string) => Promise<Acceptance | undefined>;
};

export type SubmitOrderOptions = {
  readonly store: SubmissionStore;
  readonly enqueue: Enqueue;
  readonly profile: Pick<OrderProfile, "table">;
  readonly now: () => number;
  readonly digest: (text: string) => string;
  /** The same name gives the same guid. */
  readonly guidFromName: (name: string) => string;
};

/**
 * Accepts an order once a caller and key, however often it is asked: a repeat sends the same message
 * again and gets the same answer; it never conflicts with a request in flight. Another payload under
 * the key is TerminalError `idempotency-key-reused`.
 */
export function createSubmitOrder({
  store,
  enqueue,
  profile,
  now,
  digest,
  guidFromName,
}: SubmitOrderOptions) {
  return async function submitOrder(submission: Submission): Promise<OrderView> {
    const { caller, idempotencyKey, payload } = submission;
    const name = JSON.stringify([caller, idempotencyKey]);
    const { orderId } = payload;
    const payloadHash = digest(JSON.stringify([orderId]));
    const first = { orderId, payloadHash, acceptedAt: now() };
    const kept = await store.keepFirst(digest(name), first);
    if (kept.payloadHash !== payloadHash) {
      throw new TerminalError(
        "idempotency-key-reused",
        "this Idempotency-Key came with another payload before",
      );
    }
    const correlationId = guidFromName(name);
    const { acceptedAt } = kept;
    await store.noteAccepted(orderId, { correlationId, acceptedAt });
    const event: OrderEvent = {
      schema: 1,
      type: "OrderChanged",
      table: profile.table,
      rowId: orderId,
      correlationId,
      inTransaction: false,
      door: "api",
      firstSeenAt: acceptedAt,
    };
    await enqueue([referenceTo(event)]);
    return acceptedView(orderId, acceptedAt);
  };
}

/**
 * State of an order by row id: as processed once the latest request for it has been dealt with, until then as accepted
 * by `submitOrder`, else undefined. So nobody takes the outcome of an earlier submission for that of a new one.
 */
export function createFindOrder({
  readOrder,
  store,
}: {
  readonly readOrder: ReadOrder;
  readonly store: Pick<SubmissionStore, "lastAccepted">;
}): (orderId: string) => Promise<OrderView | undefined> {
  return async function findOrder(orderId) {
    const accepted = await store.lastAccepted(orderId);
    const processed = await readOrder(orderId, accepted?.correlationId);
    return processed ?? (accepted && acceptedView(orderId, accepted.acceptedAt));
  };
}

function acceptedView(order: string, at: number): OrderView {
  return { order, state: "accepted", updatedAt: at, trail: [] };
}
