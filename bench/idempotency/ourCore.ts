import { decide } from "../../shared/domain/decide.ts";
import type { OrderEvent } from "../../shared/domain/orderEvent.ts";
import type { LedgerEntry } from "../../shared/domain/orderLedger.ts";
import { contentOf, type OrderContent, type OrderRow } from "../../shared/domain/orderRow.ts";
import {
  newOrder,
  type OrderRecord,
  type OrderState,
  type OrderWork,
} from "../../shared/domain/orderState.ts";
import { createProcessOrder } from "../../shared/domain/processOrder.ts";
import { systemClock } from "../../shared/patterns/clock.ts";
import { sha256 } from "../../shared/patterns/digest.ts";
import {
  createIdempotency,
  type ScopeRow,
  type ScopeStore,
} from "../../shared/patterns/idempotency.ts";

type Store = ScopeStore<ScopeRow<OrderState, OrderWork>, OrderRecord, LedgerEntry>;

const LIMITS = { visibleWithinMs: 150_000, abandonedAfterMs: 1_200_000 };
const LEASE_MS = 60_000;

/** Our part of one call on an order that nobody knows yet, over a store that is a map. */
export function createOurCore(content: OrderContent) {
  const store = createMapStore();
  const { claim } = createIdempotency({ store, clock: systemClock, leaseMs: LEASE_MS });
  const processOrder = createProcessOrder(
    {
      ledger: { claim, load: unused, note: unused, fence: unused },
      clock: systemClock,
      telemetry: { emit: nothing },
      readRow: async ({ rowId }) => rowOf(rowId, content),
      inventory: {
        reserve: async () => ({ outcome: "reserved", reservationId: "r" }),
        release: unused,
      },
      procurement: { request: unused, cancel: unused },
      sendCommand: nothing,
      writeBack: nothing,
    },
    LIMITS,
  );

  /** Decide, claim, end: what idempotency takes by itself. */
  const decideClaimEnd = async (rowId: string): Promise<void> => {
    const row = rowOf(rowId, content);
    const decision = decide(
      eventOf(rowId),
      row,
      { state: newOrder, records: [] },
      {
        now: systemClock.now(),
        ...LIMITS,
      },
    );
    if (decision.action !== "submit") throw new Error(`the order was to be ${decision.action}`);
    const { key } = decision;
    const applied = { modifiedOn: row.modifiedOn, etag: row.etag };
    const submission = { key, content: contentOf(row), applied, steps: {} };
    const work: OrderWork = { kind: "submit", submission, trail: [] };
    const claimed = await claim({ scope: rowId, key, state: newOrder, work, attempt: 0 });
    if (claimed.outcome !== "claimed") throw new Error("the order was not new");
    const state: OrderState = { ...newOrder, standing: { ...submission, status: "approved" } };
    await claimed.claim.end(state, {
      key,
      modifiedOn: row.modifiedOn,
      endedAt: systemClock.now(),
      result: { outcome: "approved" },
      trail: [],
    });
  };

  return {
    decideClaimEnd,
    hashDecideClaimEnd: async (rowId: string): Promise<void> => {
      sha256(JSON.stringify(content));
      await decideClaimEnd(rowId);
    },
    /** All of an order's processing, with targets that answer at once. */
    process: async (rowId: string): Promise<void> => {
      await processOrder(eventOf(rowId), {
        attempt: 1,
        repeated: false,
        deadLetterReason: () => undefined,
        startsOver: () => false,
        answered: () => undefined,
      });
    },
  };
}

function createMapStore(): Store {
  const rows = new Map<string, NonNullable<LedgerEntry["found"]>>();
  const records = new Map<string, OrderRecord>();
  let versions = 0;
  return {
    async create(scope, row) {
      const found = rows.get(scope);
      if (found !== undefined) return { found: { found, records: [] } };
      const version = String(++versions);
      rows.set(scope, { ...row, version });
      return { version };
    },
    async replace(scope, row, version, record) {
      if (rows.get(scope)?.version !== version) return undefined;
      const next = String(++versions);
      rows.set(scope, { ...row, version: next });
      if (record !== undefined) records.set(record.key, record);
      return next;
    },
  };
}

const SAVED_AT = 1_731_924_725_000;

function eventOf(rowId: string): OrderEvent {
  return {
    schema: 1,
    type: "OrderSubmitted",
    table: "salesorder",
    rowId,
    correlationId: rowId,
    modifiedOn: SAVED_AT,
    inTransaction: false,
    door: "webhook",
    firstSeenAt: SAVED_AT,
  };
}

function rowOf(rowId: string, content: OrderContent): OrderRow {
  return { rowId, etag: 'W/"1"', modifiedOn: SAVED_AT, phase: "submitted", content };
}

async function nothing(): Promise<void> {
  // an outside system that answers at once
}

function unused(): Promise<never> {
  return Promise.reject(new Error("a new order in stock does not need this"));
}
