import { ParkError, RetryableError, TerminalError, type UncertainCall } from "../errors.ts";
import { type Backoff, backoffMs, parkMs } from "./backoff.ts";
import { copyId } from "./lineage.ts";

/** One delivery of a message, as far as settling it needs to know. */
export type Delivery = {
  /** Message id in its lineage. */
  readonly id: string;
  /** Number of this attempt, 1 for the first; parking does not raise it. */
  readonly attempt: number;
  /** Copies made so far on the way to this message. */
  readonly hop: number;
  /** When the first message of the lineage was first handled, epoch ms. */
  readonly firstSeenAt: number;
  /** The call that may have had its effect and has got no answer since. */
  readonly uncertain?:
    | {
        readonly call: UncertainCall;
        /** When the attempts first ended without its outcome being known, epoch ms. */
        readonly since?: number | undefined;
      }
    | undefined;
  readonly history: readonly PastAttempt[];
};

export type PastAttempt = { readonly attempt: number; readonly at: number; readonly code: string };

export type SettlementLimits = Backoff & {
  readonly maxAttempts: number;
  readonly parkDelayMs: number;
  readonly parkMaxAgeMs: number;
  /** How long a target may be asked for the outcome of a call. */
  readonly reconcileMaxAgeMs: number;
};

export type Settlement =
  | { readonly action: "complete" }
  | { readonly action: "dead-letter"; readonly reason: string; readonly description: string }
  | { readonly action: "schedule"; readonly delayMs: number; readonly copy: Delivery }
  /** Kept aside until the call's target says whether it had its effect; the copy goes on from there. */
  | { readonly action: "reconcile"; readonly call: UncertainCall; readonly copy: Delivery };

const HISTORY_LENGTH = 12;
const DESCRIPTION_LENGTH = 1_024;

/**
 * What becomes of a message whose handler threw. Terminal: dead-letter now. Park: a copy, no attempt spent, until it
 * is too old. Anything else: a copy after backoff, until the attempts are used up; then dead-letter, or reconcile where
 * a failure has left open what has happened. After a day of that, a breaker that refuses the last attempt ends it
 * too. Pure; `random` is in [0, 1).
 */
export function decideSettlement(
  error: unknown,
  delivery: Delivery,
  limits: SettlementLimits,
  { now, random }: { readonly now: number; readonly random: number },
): Exclude<Settlement, { action: "complete" }> {
  if (error instanceof TerminalError) return deadLetter(error.code, describe(error));
  const uncertain = uncertainAfter(error, delivery);
  const next = { ...nextOf(delivery), uncertain };
  if (error instanceof ParkError) {
    if (isRefused(error) && isLastOverdue(next, limits, now)) {
      return deadLetter("outcome-unknown", `its last attempt was parked: ${describe(error)}`);
    }
    const age = now - delivery.firstSeenAt;
    if (age >= limits.parkMaxAgeMs) {
      return deadLetter("parked-too-long", `parked for ${age} ms; last cause ${describe(error)}`);
    }
    const wish = Math.min(error.afterMs ?? 0, limits.parkMaxAgeMs);
    const delayMs = parkMs(limits.parkDelayMs, random, wish);
    return { action: "schedule", delayMs, copy: next };
  }
  const { attempt: recorded = 0, retryAfterMs = 0 } = error instanceof RetryableError ? error : {};
  const attempt = Math.max(delivery.attempt, recorded);
  const past = [...delivery.history, { attempt, at: now, code: codeOf(error) }];
  const history = past.slice(-HISTORY_LENGTH);
  if (attempt < limits.maxAttempts) {
    const wish = Math.min(retryAfterMs, limits.parkMaxAgeMs);
    const delayMs = backoffMs(limits, attempt, random, wish);
    return { action: "schedule", delayMs, copy: { ...next, history, attempt: attempt + 1 } };
  }
  const description = `${attempt} attempts; last cause ${describe(error)}`;
  if (uncertain === undefined) return deadLetter("attempts-exhausted", description);
  const { call, since = now } = uncertain;
  if (now - since >= limits.reconcileMaxAgeMs) return deadLetter("outcome-unknown", description);
  const copy = { ...next, history, attempt: 1, uncertain: { call, since } };
  return { action: "reconcile", call, copy };
}

/** What is unknown now: a message makes its keyed calls one after the other, so another one means that this is known. */
function uncertainAfter(error: unknown, { uncertain }: Delivery): Delivery["uncertain"] {
  const failure = isRefused(error) ? error.cause : error; // that of a probe
  const call = failure instanceof RetryableError ? failure.uncertain : undefined;
  return call === undefined || call.key === uncertain?.call.key ? uncertain : { call };
}

function isRefused(error: unknown): error is ParkError {
  return error instanceof ParkError && error.code === "breaker-open";
}

/** Whether this is the one attempt left to a message whose target has not told for too long. */
function isLastOverdue(
  { attempt, uncertain }: Delivery,
  { maxAttempts, reconcileMaxAgeMs }: SettlementLimits,
  now: number,
): boolean {
  return attempt >= maxAttempts && now - (uncertain?.since ?? now) >= reconcileMaxAgeMs;
}

function nextOf(delivery: Delivery): Delivery {
  const hop = delivery.hop + 1;
  return { ...delivery, id: copyId(delivery.id, hop), hop };
}

function deadLetter(reason: string, description: string) {
  return {
    action: "dead-letter" as const,
    reason,
    description: description.slice(0, DESCRIPTION_LENGTH),
  };
}

function describe(error: unknown): string {
  return error instanceof Error ? `${codeOf(error)}: ${error.message}` : codeOf(error);
}

function codeOf(error: unknown): string {
  if (error instanceof RetryableError || error instanceof ParkError) return error.code;
  if (error instanceof TerminalError) return error.code;
  return error instanceof Error ? error.name : "unknown";
}
