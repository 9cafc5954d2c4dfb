import { type OrderEvent, orderEventKey, orderOf } from "../../shared/domain/orderEvent.ts";
import type { OrderRow } from "../../shared/domain/orderRow.ts";
import type { OrderRecord, Submission } from "../../shared/domain/orderState.ts";

/** 2024-11-18T10:12:05Z, a whole second as Dataverse keeps them. */
export const SAVED_AT = 1_731_924_725_000;

export const ROW_ID = "6420f0cc-916b-ee11-9ae6-000d3a2b1c01";
export const CORRELATION_ID = "a1f7c0de-2f6a-4b0e-9b8c-54f7be6d2c31";
export const OTHER_CORRELATION_ID = "b2f7c0de-2f6a-4b0e-9b8c-54f7be6d2c32";

export function anEvent(overrides: Partial<OrderEvent> = {}): OrderEvent {
  return {
    schema: 1,
    type: "OrderSubmitted",
    table: "salesorder",
    rowId: ROW_ID,
    correlationId: CORRELATION_ID,
    modifiedOn: SAVED_AT,
    inTransaction: false,
    door: "webhook",
    firstSeenAt: SAVED_AT + 500,
    ...overrides,
  };
}

/** An event without proof: stripped, or posted by a connector. */
export function anUnprovenEvent(overrides: Partial<OrderEvent> = {}): OrderEvent {
  const { modifiedOn: _, ...event } = anEvent({ type: "OrderChanged", door: "api", ...overrides });
  return {
    ...event,
    ...(overrides.modifiedOn !== undefined && { modifiedOn: overrides.modifiedOn }),
  };
}

export const aContent = {
  orderNumber: "ORD-01000",
  total: "1249.5000",
  currency: "EUR",
  lines: [{ sku: "BIKE-1", quantity: "2.0000000000" }],
};

export function aRow(overrides: Partial<OrderRow> = {}): OrderRow {
  const modifiedOn = overrides.modifiedOn ?? SAVED_AT;
  return {
    rowId: ROW_ID,
    etag: `W/"${modifiedOn}"`,
    modifiedOn,
    phase: "submitted",
    content: aContent,
    ...overrides,
  };
}

export const ORDER = orderOf(anEvent());

export function keyOf(overrides: Partial<OrderEvent> = {}): string {
  return orderEventKey(anEvent(overrides));
}

export function aSubmission(overrides: Partial<Submission> = {}): Submission {
  return {
    key: keyOf(),
    content: aContent,
    applied: { modifiedOn: SAVED_AT, etag: `W/"${SAVED_AT}"` },
    steps: {},
    ...overrides,
  };
}

export function aRecord(overrides: Partial<OrderRecord> = {}): OrderRecord {
  return {
    key: keyOf(),
    modifiedOn: SAVED_AT,
    endedAt: SAVED_AT + 1_000,
    result: { outcome: "approved", orderNumber: "ORD-01000" },
    trail: [{ at: SAVED_AT + 900, step: "reserve", outcome: "reserved" }],
    ...overrides,
  };
}
