import { ParkError } from "../errors.ts";
import type { Decision, IgnoreReason } from "./decide.ts";
import type { FulfilmentPorts } from "./fulfilOrder.ts";
import { type OrderEvent, orderOf } from "./orderEvent.ts";
import type { LedgerEntry, OrderLedger } from "./orderLedger.ts";
import { contentOf, type OrderRow } from "./orderRow.ts";
import {
  type Applied,
  newOrder,
  type OrderRecord,
  type OrderResult,
  type OrderState,
  type OrderWork,
} from "./orderState.ts";
import { createProgress } from "./progress.ts";
import { reportProgress, type StepTelemetry } from "./reportProgress.ts";
import { type OrderDelivery, workOnOrder } from "./workOnOrder.ts";

export type ActPorts = FulfilmentPorts &
  StepTelemetry & {
    readonly ledger: OrderLedger;
    readonly clock: { readonly now: () => number };
  };

/** One event of one order, with everything its decision was based on. */
export type OrderCase = {
  readonly event: OrderEvent;
  readonly delivery: OrderDelivery;
  readonly row: OrderRow | undefined;
  readonly entry: LedgerEntry;
};

export type Processed = {
  readonly order: string;
  readonly outcome: OrderResult["outcome"] | "ignored";
  readonly reason?: string;
  /** The outcome is from before: nothing was done now. */
  readonly replayed?: true;
};

/** An attempt at an order that is claimed. */
export type Work = () => Promise<Processed>;

/**
 * Carries a decision out as far as the claim, and gives back the attempt that it is a claim for. Where the order turns
 * out not to be new, gives back what is known of it: decide again.
 */
export async function act(
  ports: ActPorts,
  orderCase: OrderCase,
  decision: Decision,
): Promise<Processed | Work | LedgerEntry> {
  const { event } = orderCase;
  const order = orderOf(event);
  switch (decision.action) {
    case "replay":
      return replayed(order, decision.record);
    case "ignore":
      return await ignore(ports, orderCase, decision.reason);
    case "wait":
      throw new ParkError(decision.reason, `${order} has to wait`);
    case "finish":
      await finish(ports, orderCase, { ...decision, action: "resume" });
      throw new ParkError("order-busy", `${decision.key} had to be finished first`);
    case "submit":
    case "resume":
    case "withdraw":
      break;
  }
  return await claim(ports, orderCase, decision, planOf(orderCase, decision));
}

/** Goes on with another event's key. Whatever fails there is no attempt of this event's message. */
async function finish(ports: ActPorts, orderCase: OrderCase, decision: Active): Promise<void> {
  const delivery: OrderDelivery = {
    attempt: 1,
    repeated: true,
    deadLetterReason: () => undefined,
    startsOver: () => true,
    answered: orderCase.delivery.answered,
  };
  try {
    const plan = planOf(orderCase, decision);
    const claimed = await claim(ports, { ...orderCase, delivery }, decision, plan);
    if (typeof claimed === "function") await claimed();
  } catch (cause) {
    throw new ParkError("order-busy", `${decision.key} could not be finished`, { cause });
  }
}

export function replayed(order: string, { result }: OrderRecord): Processed {
  return { order, outcome: result.outcome, replayed: true };
}

/**
 * An event that was applied already has left its trace, though not under the key of a request of our own, whose caller
 * waits for word. Any other leaves word, and a new version of the order: a worker that looked at the row before this
 * event's save and has not claimed yet must look again.
 */
async function ignore(
  { ledger, clock }: ActPorts,
  { event, row, entry: { found } }: OrderCase,
  reason: IgnoreReason,
): Promise<Processed> {
  const order = orderOf(event);
  const { correlationId } = event;
  const note = { correlationId, outcome: "ignored" as const, reason, at: clock.now() };
  if (reason === "already-applied") {
    if (event.door === "api") await ledger.note(order, note);
  } else {
    const state = seen(found?.state ?? newOrder, row);
    if (!(await ledger.fence(order, note, { state, version: found?.version }))) {
      throw new ParkError("order-busy", "the order was claimed meanwhile");
    }
  }
  return { order, outcome: "ignored", reason };
}

/** A withdrawn row for which nothing stands is what has been applied. */
function seen(state: OrderState, row: OrderRow | undefined): OrderState {
  if (row?.phase !== "withdrawn" || state.standing !== undefined) return state;
  return { ...state, applied: versionOf(row) };
}

type Active = Extract<Decision, { action: "submit" | "resume" | "withdraw" }>;

/** What to work on, and the order's state without it. */
type Plan = { readonly state: OrderState; readonly work: OrderWork };

function planOf({ row, entry }: OrderCase, decision: Active): Plan {
  const { found } = entry;
  const state = found?.state ?? newOrder;
  if (decision.action === "withdraw") {
    return { state, work: { kind: "withdraw", applied: decision.applied, trail: [] } };
  }
  if (decision.action === "submit") {
    const { key } = decision;
    const content = contentOf(decision.row);
    const submission = { key, content, applied: versionOf(decision.row), steps: {} };
    return { state, work: { kind: "submit", submission, trail: [] } };
  }
  if (found?.lease !== undefined) {
    const { work } = found.lease;
    if (work.kind === "withdraw" || !decision.withdrawn) return { state, work };
    // Pinned before the first thing is undone: what is half undone cannot be fulfilled any more.
    const withdrawnAt = row === undefined ? work.submission.applied : versionOf(row);
    return { state, work: { withdrawnAt, ...work } };
  }
  const { standing, ...rest } = state;
  if (standing === undefined) throw new Error(`${decision.key} left nothing to go on with`);
  return { state: rest, work: { kind: "submit", submission: standing, trail: [] } };
}

async function claim(
  ports: ActPorts,
  { event, delivery, entry: { found } }: OrderCase,
  decision: Active,
  { state, work }: Plan,
): Promise<Work | LedgerEntry> {
  const { ledger, clock } = ports;
  const { key } = decision;
  const order = orderOf(event);
  const failedAttempts = found?.lease?.attempt ?? 0;
  const claimed = await ledger.claim({
    scope: order,
    key,
    state,
    work,
    attempt: failedAttempts,
    lease: found?.lease,
    version: found?.version,
  });
  if (claimed.outcome === "exists") return claimed.found;

  const { claim } = claimed;
  const progress = createProgress(state, work, clock, delivery.answered);
  const { now } = clock;
  const context = { order, key, progress, claim, failedAttempts, delivery, now };
  return async function attempt() {
    try {
      const result = await workOnOrder(context, ports);
      await reportProgress(ports, progress, result.outcome);
      return { order, outcome: result.outcome };
    } catch (error) {
      await reportProgress(ports, progress, "interrupted");
      throw error;
    }
  };
}

function versionOf({ modifiedOn, etag }: OrderRow): Applied {
  return { modifiedOn, etag };
}
