import { ParkError } from "../errors.ts";
import { type ActPorts, act, type Processed, replayed, type Work } from "./actOnOrder.ts";
import { decide, type OrderHistory, recordUnread } from "./decide.ts";
import { type OrderEvent, orderOf } from "./orderEvent.ts";
import type { LedgerEntry } from "./orderLedger.ts";
import type { OrderRow } from "./orderRow.ts";
import { actedOn, newOrder } from "./orderState.ts";
import type { OrderDelivery } from "./workOnOrder.ts";

export type OrderReference = Pick<OrderEvent, "table" | "rowId">;

export type ProcessOrderPorts = ActPorts & {
  /** Header and lines in one read; undefined when there is no such row. */
  readonly readRow: (reference: OrderReference) => Promise<OrderRow | undefined>;
};

export type ProcessOrderLimits = {
  /** How long a row may take to show the save that an event tells of. */
  readonly visibleWithinMs: number;
  /**
   * After which nobody goes on with a key any more. Above the longest wait that we choose between two attempts; one that
   * a target asks for may be longer, but must not hold up the order's other events for as long.
   */
  readonly abandonedAfterMs: number;
};

/**
 * Brings an order to where its Dataverse row says it should be, once per submission. Storage calls: 2 for an order's
 * first submission, 4 for a later one, 3 for a resumed attempt, 2 or fewer for a duplicate.
 */
export function createProcessOrder(
  ports: ProcessOrderPorts,
  { visibleWithinMs, abandonedAfterMs }: ProcessOrderLimits,
): (event: OrderEvent, delivery: OrderDelivery) => Promise<Processed> {
  const { ledger, readRow, clock } = ports;
  type Judged = Processed | Work;

  const historyOf = ({ found, records }: LedgerEntry): OrderHistory => {
    const lease = found?.lease;
    const now = clock.now();
    return {
      state: found?.state ?? newOrder,
      records,
      holder: lease && {
        key: lease.key,
        modifiedOn: actedOn(lease.work).modifiedOn,
        live: lease.expiresAt > now,
        abandoned: lease.expiresAt <= now && lease.touchedAt + abandonedAfterMs <= now,
      },
    };
  };
  const judge = (event: OrderEvent, row: OrderRow | undefined, entry: LedgerEntry) =>
    decide(event, row, historyOf(entry), { now: clock.now(), visibleWithinMs });

  /** What is known of the order, or how its event came out when it could be claimed unread. */
  const processNew = async (
    event: OrderEvent,
    delivery: OrderDelivery,
    row: OrderRow | undefined,
  ): Promise<Judged | LedgerEntry> => {
    const decision = judge(event, row, noEntry);
    return decision.action === "submit" || decision.action === "wait"
      ? await act(ports, { event, delivery, row, entry: noEntry }, decision)
      : await ledger.load(orderOf(event), event.correlationId);
  };

  const processKnown = async (
    event: OrderEvent,
    delivery: OrderDelivery,
    row: OrderRow | undefined,
    entry: LedgerEntry,
  ): Promise<Judged> => {
    const judged = await act(ports, { event, delivery, row, entry }, judge(event, row, entry));
    if (isEntry(judged)) throw new ParkError("order-busy", "the order is being processed");
    return judged;
  };

  const judgeEvent = async (event: OrderEvent, delivery: OrderDelivery): Promise<Judged> => {
    const mayBeNew = !delivery.repeated && event.type !== "OrderWithdrawn";
    const order = orderOf(event);
    // Most orders are new: then two storage calls do.
    const known = mayBeNew
      ? await processNew(event, delivery, await readRow(event))
      : await ledger.load(order, event.correlationId);
    if (!isEntry(known)) return known;
    const record = recordUnread(event, historyOf(known));
    if (record !== undefined) return replayed(order, record);
    // Never a row from before the ledger was read: what happened in between would show in neither.
    return await processKnown(event, delivery, await readRow(event), known);
  };

  /** Before the claim there is no record to say that a message did not come again. */
  const leaveWord = async (event: OrderEvent, delivery: OrderDelivery, error: unknown) => {
    const reason = delivery.deadLetterReason(error);
    if (reason === undefined) return;
    const { correlationId } = event;
    const note = { correlationId, outcome: "failed" as const, reason, at: clock.now() };
    await ledger.note(orderOf(event), note).catch((unkept: unknown) => {
      if (unkept instanceof ParkError) throw unkept; // one that the table refuses for good holds nothing up
    });
  };

  return async function processOrder(event, delivery) {
    const judged = await judgeEvent(event, delivery).catch(async (error: unknown) => {
      await leaveWord(event, delivery, error);
      throw error;
    });
    return typeof judged === "function" ? await judged() : judged;
  };
}

const noEntry: LedgerEntry = { records: [] };

function isEntry(value: Processed | Work | LedgerEntry): value is LedgerEntry {
  return "records" in value;
}
