import type { DiscardedCommand, GivenUpCommand } from "./dispatchLog.ts";
import type { OrderLease, OrderNote } from "./orderLedger.ts";
import type { OrderRecord } from "./orderState.ts";
import type { OrderView } from "./orderView.ts";

/** Everything that is kept of one order. */
export type OrderTraces = {
  readonly lease?: OrderLease | undefined;
  readonly records: readonly OrderRecord[];
  readonly notes: readonly OrderNote[];
  /** The warehouse command that holds those after it up. */
  readonly stopped?: GivenUpCommand | undefined;
  /** Warehouse commands that a person took for done. */
  readonly discarded?: readonly DiscardedCommand[] | undefined;
};

/**
 * What the latest trace says of the order; undefined without any, or without one of the `awaited` correlation.
 * `order` is the row id.
 */
export function viewOf(
  order: string,
  traces: OrderTraces,
  now: number,
  awaited?: string,
): OrderView | undefined {
  const view = latestView(order, traces, now, awaited);
  if (view === undefined) return undefined;
  const { stopped, discarded = [] } = traces;
  const discards = discarded.map(({ at, sequence, by }) => {
    return { at, step: "discardCommand", outcome: "discarded", sequence, by };
  });
  const trail = [...view.trail, ...discards].toSorted((one, other) => one.at - other.at);
  if (stopped === undefined) return { ...view, trail };
  const { sequence, reason, at } = stopped;
  return { ...view, trail, stopped: { sequence, reason, at } };
}

function latestView(
  order: string,
  { lease, records, notes }: OrderTraces,
  now: number,
  awaited?: string,
): OrderView | undefined {
  if (lease !== undefined) {
    const { key, work } = lease;
    const state = "processing" as const;
    const number = work.kind === "submit" ? work.submission.content.orderNumber : undefined;
    return {
      order,
      orderNumber: number,
      state,
      submission: key,
      updatedAt: now,
      trail: work.trail,
    };
  }
  const record = latest(records, ({ endedAt }) => endedAt);
  if (awaited !== undefined && !records.some(({ key }) => key.includes(`:${awaited}:`))) {
    const word = notes.find(({ correlationId }) => correlationId === awaited);
    if (word === undefined) return undefined;
    if (word.outcome === "failed") return noteView(order, word);
  }
  if (record !== undefined) return recordView(order, record);
  // A note speaks for the order only where nothing was ever done for it.
  const note = latest(notes, ({ at }) => at);
  return note && noteView(order, note);
}

function noteView(order: string, { outcome, reason, at }: OrderNote): OrderView {
  return { order, state: outcome, reason, updatedAt: at, trail: [] };
}

function recordView(order: string, { key, endedAt, result, trail }: OrderRecord): OrderView {
  const { outcome, orderNumber, reason } = result;
  return { order, orderNumber, state: outcome, reason, submission: key, updatedAt: endedAt, trail };
}

function latest<T>(items: readonly T[], timeOf: (item: T) => number): T | undefined {
  return items.toSorted((a, b) => timeOf(b) - timeOf(a))[0];
}
