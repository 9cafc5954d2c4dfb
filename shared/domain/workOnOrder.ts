import { ParkError, RetryableError, TerminalError } from "../errors.ts";
import { type FulfilmentPorts, fulfilOrder } from "./fulfilOrder.ts";
import type { OrderClaim } from "./orderLedger.ts";
import { actedOn, type OrderRecord, type OrderResult, type OrderState } from "./orderState.ts";
import type { Progress } from "./progress.ts";
import { undoSubmission } from "./undoSubmission.ts";

/** How the message came, as far as the order's record must know. */
export type OrderDelivery = {
  /** Number of this attempt by the message's own count, 1 for the first. */
  readonly attempt: number;
  /** A copy, or delivered before: something may be known of it already. */
  readonly repeated: boolean;
  /** Why the message would be dead-lettered if its handler threw this; undefined when it would come again. */
  readonly deadLetterReason: (error: unknown) => string | undefined;
  /** Whether its attempts would start over after this, once the outcome of a call is known. */
  readonly startsOver: (error: unknown) => boolean;
  /** Tells that the call under this key has got its answer, whatever was unknown of it before. */
  readonly answered: (key: string) => void;
};

export type OrderAttempt = {
  readonly order: string;
  readonly key: string;
  readonly progress: Progress;
  readonly claim: OrderClaim;
  /** Number of the last attempt that failed, by the record. */
  readonly failedAttempts: number;
  readonly delivery: OrderDelivery;
  readonly now: () => number;
};

/**
 * One attempt at a claimed order: first undoes what stands, then fulfils. Ends the key in one transaction; on failure
 * keeps the results of its steps, and ends the key as failed when its message will not come again.
 */
export async function workOnOrder(
  attempt: OrderAttempt,
  ports: FulfilmentPorts,
): Promise<OrderResult> {
  try {
    const { result, state } = await work(attempt, ports);
    await attempt.claim.end(state, recordOf(attempt, result));
    return result;
  } catch (error) {
    throw await giveBack(attempt, error);
  }
}

type Ended = { readonly result: OrderResult; readonly state: OrderState };

async function work({ order, progress }: OrderAttempt, ports: FulfilmentPorts): Promise<Ended> {
  const { state, work } = progress;
  const orderNumber = (work.kind === "submit" ? work.submission : state.standing)?.content
    .orderNumber;
  const withdrawn = { outcome: "withdrawn" as const, orderNumber };
  if (state.standing !== undefined) {
    await undoSubmission(order, state.standing, progress, ports);
    delete state.standing;
  }
  if (work.kind === "withdraw") {
    return { result: withdrawn, state: { ...state, applied: work.applied } };
  }
  const { submission, withdrawnAt } = work;
  if (withdrawnAt !== undefined) {
    await undoSubmission(order, submission, progress, ports);
    return { result: withdrawn, state: { ...state, applied: withdrawnAt } };
  }
  const outcome = await fulfilOrder(order, submission, progress, ports);
  const standing = { ...submission, status: outcome };
  return {
    result: { outcome, orderNumber },
    state: { ...state, standing, applied: submission.applied },
  };
}

/** What to throw after an attempt failed. */
async function giveBack(attempt: OrderAttempt, error: unknown): Promise<unknown> {
  const { claim, progress, failedAttempts, delivery } = attempt;
  if (error instanceof ParkError && error.code === "lease-lost") {
    progress.discard();
    return error;
  }
  const number = Math.max(delivery.attempt, failedAttempts + 1);
  const failure = number > delivery.attempt ? numbered(error, number) : error;
  const reason = delivery.deadLetterReason(failure);
  if (reason === undefined) {
    const counted = error instanceof ParkError ? failedAttempts : number;
    const spent = delivery.startsOver(failure) ? 0 : counted;
    // Without the record the key waits for its lease to expire and repeats its steps: slower, not wrong.
    const kept = await claim.suspend(progress.state, progress.work, spent).catch(() => false);
    if (!kept) progress.discard();
    return failure;
  }
  try {
    await claim.end(abandoned(progress), recordOf(attempt, { outcome: "failed", reason }));
    return failure;
  } catch (unrecorded) {
    progress.discard();
    // The order would stay locked by a key that never comes again: better to come again.
    return unrecorded;
  }
}

/** What may be half done still stands: the order's next event undoes it, or a replay goes on with it. */
function abandoned({ state, work }: Progress): OrderState {
  if (state.standing !== undefined) {
    return { ...state, standing: { ...state.standing, status: "half-undone" } };
  }
  if (work.kind === "withdraw") return state;
  const status = work.withdrawnAt === undefined ? "unfinished" : "half-undone";
  return { ...state, standing: { ...work.submission, status } };
}

function recordOf({ key, progress, now }: OrderAttempt, result: OrderResult): OrderRecord {
  const { work } = progress;
  const { modifiedOn } = actedOn(work);
  return { key, modifiedOn, endedAt: now(), result, trail: work.trail };
}

/** The record counts an attempt that a crash kept from reaching the message. */
function numbered(error: unknown, attempt: number): unknown {
  if (error instanceof ParkError || error instanceof TerminalError) return error;
  const message = error instanceof Error ? error.message : "the attempt failed";
  const failure = error instanceof RetryableError ? error : undefined;
  return new RetryableError(failure?.code ?? "unknown", message, {
    cause: error,
    retryAfterMs: failure?.retryAfterMs,
    uncertain: failure?.uncertain,
    attempt,
  });
}
