import { type OrderEvent, orderEventKey } from "./orderEvent.ts";
import type { OrderRow } from "./orderRow.ts";
import type { Applied, OrderRecord, OrderState } from "./orderState.ts";

/** What is already known of an order when one of its events is judged. */
export type OrderHistory = {
  readonly state: OrderState;
  /** The key at work on the order. */
  readonly holder?:
    | {
        readonly key: string;
        /** Of the row it acts on. */
        readonly modifiedOn: number;
        /** Its holder's time lasts. */
        readonly live: boolean;
        /** Nobody has gone on with it for so long that its message must be dead. */
        readonly abandoned: boolean;
      }
    | undefined;
  /** Records of the event's correlation. */
  readonly records: readonly OrderRecord[];
};

export type Decision =
  /** This very submission or withdrawal has ended: answer as it did then. */
  | { readonly action: "replay"; readonly record: OrderRecord }
  | { readonly action: "ignore"; readonly reason: IgnoreReason }
  /** The transaction that sent the event may still be open. */
  | { readonly action: "wait"; readonly reason: "row-not-visible" }
  /** Another key is at work on the order, or this one is on another worker. */
  | { readonly action: "wait"; readonly reason: "order-busy" }
  /** Goes on with what this key began; `withdrawn` when the order no longer wants it. */
  | { readonly action: "resume"; readonly key: string; readonly withdrawn: boolean }
  /** First goes on with what this key began, then looks again: nobody else may, and it holds the order up. */
  | { readonly action: "finish"; readonly key: string; readonly withdrawn: boolean }
  | { readonly action: "submit"; readonly key: string; readonly row: OrderRow }
  | { readonly action: "withdraw"; readonly key: string; readonly applied: Applied };

export type IgnoreReason = "already-applied" | "already-submitted" | "superseded" | "row-gone";

export type DecideOptions = { readonly now: number; readonly visibleWithinMs: number };

/**
 * What an event means for its order, judged by the row as it is now and by what was applied before. Pure. The same
 * second says nothing about order (Dataverse keeps whole seconds), so there the row's etag decides.
 */
export function decide(
  event: OrderEvent,
  row: OrderRow | undefined,
  history: OrderHistory,
  { now, visibleWithinMs }: DecideOptions,
): Decision {
  const { state, holder } = history;
  const isEarly = now - event.firstSeenAt < visibleWithinMs;
  if (isEarly && isBlind(event, row)) return { action: "wait", reason: "row-not-visible" };
  const key = keyAsRead(event, row, history);
  if (holder !== undefined && isOwn(holder.key, key, event)) {
    if (holder.live) return { action: "wait", reason: "order-busy" };
    // Begun on another reading of the row: that ends first, and does not answer what the row says now.
    const action = holder.key === key ? "resume" : "finish";
    return { action, key: holder.key, withdrawn: isUnwanted(row) };
  }
  const record = recordOf(key, history);
  const isAnswered = record !== undefined;
  if (isAnswered && !isNews(event, row, state)) return { action: "replay", record };
  if (isApplied(event.modifiedOn, row, state.applied) && !mayPrecede(row, event)) {
    return ignore("already-applied");
  }
  if (holder?.abandoned) {
    return { action: "finish", key: holder.key, withdrawn: isUnwanted(row) };
  }
  if (holder !== undefined) return { action: "wait", reason: "order-busy" };
  if (isEarly && !isVisible(event, row)) {
    return { action: "wait", reason: "row-not-visible" };
  }
  if (row === undefined || isBehind(row, event)) return onGone(event, row, state);
  if (isAnswered) return ignore(row.phase === "submitted" ? "already-submitted" : "superseded");
  return row.phase === "submitted"
    ? onSubmitted(event, key, row, state)
    : onOther(event, key, row, state);
}

/** The record with which a proven event has ended before: it needs no look at the row. */
export function recordUnread(event: OrderEvent, history: OrderHistory): OrderRecord | undefined {
  if (event.type === "OrderChanged") return undefined;
  return recordOf(keyFor(event, event.modifiedOn, history), history);
}

/**
 * Whether an event without proof tells of a version that reads like the one applied, but is another: whoever has seen
 * one in between must look again.
 */
function isNews(event: OrderEvent, row: OrderRow | undefined, state: OrderState): boolean {
  if (event.type !== "OrderChanged" || row === undefined) return false;
  const agrees = (row.phase === "submitted") === (state.standing !== undefined);
  return agrees && row.etag !== state.applied?.etag;
}

/** A failed one may be tried again. */
function recordOf(key: string, { records }: OrderHistory): OrderRecord | undefined {
  return records.find((record) => record.key === key && record.result.outcome !== "failed");
}

function onSubmitted(
  event: OrderEvent,
  key: string,
  row: OrderRow,
  { standing, applied }: OrderState,
): Decision {
  if (event.type === "OrderWithdrawn") return ignore("superseded");
  if (standing?.status === "unfinished" && standing.key === key) {
    return { action: "resume", key, withdrawn: false };
  }
  if (standing?.status === "half-undone" && standing.key === key) {
    return { action: "submit", key: `${key}:${row.modifiedOn}`, row };
  }
  if (standing?.status === "unfinished" || standing?.status === "half-undone") {
    return { action: "submit", key, row };
  }
  if (event.type === "OrderChanged") {
    if (isApplied(row.modifiedOn, row, applied)) return ignore("already-applied");
    if (standing !== undefined) return ignore("already-submitted");
  }
  return { action: "submit", key, row };
}

function onOther(event: OrderEvent, key: string, row: OrderRow, state: OrderState): Decision {
  const wanted = event.type === "OrderSubmitted" || row.phase !== "withdrawn";
  if (wanted || state.standing === undefined) return ignore("superseded");
  if (isApplied(row.modifiedOn, row, state.applied)) return ignore("already-applied");
  const { modifiedOn, etag } = row;
  return { action: "withdraw", key, applied: { modifiedOn, etag } };
}

/** A proven withdrawal needs no row: an order deleted meanwhile wants nothing shipped either. */
function onGone(event: OrderEvent, row: OrderRow | undefined, state: OrderState): Decision {
  if (event.type !== "OrderWithdrawn" || row !== undefined || state.standing === undefined) {
    return ignore("row-gone");
  }
  const modifiedOn = event.modifiedOn ?? event.firstSeenAt;
  return { action: "withdraw", key: orderEventKey(event), applied: { modifiedOn, etag: "" } };
}

function isUnwanted(row: OrderRow | undefined): boolean {
  return row === undefined || row.phase === "withdrawn";
}

/**
 * The event's key. Without proof the row as read says whether it submitted or withdrew the order, and where that is
 * not how things stand, the row's own time says whether a known key can have been about it.
 */
function keyAsRead(event: OrderEvent, row: OrderRow | undefined, history: OrderHistory): string {
  if (event.type !== "OrderChanged") return keyFor(event, event.modifiedOn, history);
  const submitted = row?.phase === "submitted";
  const stands = history.state.standing !== undefined;
  const type = submitted ? "OrderSubmitted" : "OrderWithdrawn";
  return keyFor({ ...event, type }, submitted === stands ? undefined : row?.modifiedOn, history);
}

/** A key that began without proof stays the event's own, even when the row now reads otherwise. */
function isOwn(holder: string, key: string, event: OrderEvent): boolean {
  if (holder === key) return true;
  if (event.type !== "OrderChanged") return false;
  return (["OrderSubmitted", "OrderWithdrawn"] as const).some((type) =>
    `${holder}:`.startsWith(`${orderEventKey({ ...event, type })}:`),
  );
}

/** A key that is known to have acted on what was before `modifiedOn` cannot have been about it: that has its own. */
function keyFor(
  event: OrderEvent,
  modifiedOn: number | undefined,
  { holder, records }: OrderHistory,
): string {
  const key = orderEventKey(event);
  const known = holder?.key === key ? holder : records.find((record) => record.key === key);
  if (known === undefined || modifiedOn === undefined) return key;
  return secondsOf(modifiedOn) > secondsOf(known.modifiedOn) ? `${key}:${modifiedOn}` : key;
}

/** Whether what happened at `modifiedOn` is part of the row version that was acted on. */
function isApplied(
  modifiedOn: number | undefined,
  row: OrderRow | undefined,
  applied: Applied | undefined,
): boolean {
  if (modifiedOn === undefined || applied === undefined) return false;
  const happened = secondsOf(modifiedOn);
  const known = secondsOf(applied.modifiedOn);
  return happened === known ? row?.etag === applied.etag : happened < known;
}

/**
 * An event of a synchronous step that proves nothing: until its transaction must have ended, any row may be the one
 * from before it, unless that is of a later second.
 */
function isBlind(
  { type, modifiedOn, inTransaction }: OrderEvent,
  row: OrderRow | undefined,
): boolean {
  if (!inTransaction || type !== "OrderChanged") return false;
  if (modifiedOn === undefined || row === undefined) return true;
  return secondsOf(row.modifiedOn) <= secondsOf(modifiedOn);
}

/** Whether the row shows the event's own save. */
function isVisible(event: OrderEvent, row: OrderRow | undefined): boolean {
  return row !== undefined && !isBehind(row, event) && !mayPrecede(row, event);
}

/**
 * A synchronous step posts before the commit, so a row that lacks the proven transition in the very second of the
 * event may be the one from before it.
 */
function mayPrecede(
  row: OrderRow | undefined,
  { type, modifiedOn, inTransaction }: OrderEvent,
): boolean {
  if (!inTransaction || row === undefined || type === "OrderChanged") return false;
  if (modifiedOn !== undefined && secondsOf(row.modifiedOn) !== secondsOf(modifiedOn)) return false;
  return (row.phase === "submitted") !== (type === "OrderSubmitted");
}

function isBehind(row: OrderRow, { modifiedOn }: OrderEvent): boolean {
  return modifiedOn !== undefined && secondsOf(row.modifiedOn) < secondsOf(modifiedOn);
}

function secondsOf(epochMs: number): number {
  return Math.floor(epochMs / 1_000);
}

function ignore(reason: IgnoreReason): Decision {
  return { action: "ignore", reason };
}
