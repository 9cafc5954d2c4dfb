import { describe, expect, it } from "vitest";
import { viewOf } from "../../../../shared/domain/orderTraces.ts";
import { OrderView } from "../../../../shared/domain/orderView.ts";
import {
  aRecord,
  aSubmission,
  CORRELATION_ID,
  keyOf,
  OTHER_CORRELATION_ID,
  ROW_ID,
  SAVED_AT,
} from "../../../support/anOrder.ts";

const note = {
  correlationId: CORRELATION_ID,
  outcome: "ignored" as const,
  reason: "superseded",
  at: SAVED_AT,
};
const nothing = { records: [], notes: [] };

describe("what an order's traces show", () => {
  it("is nothing before its first event was processed", () => {
    expect(viewOf(ROW_ID, nothing, SAVED_AT)).toBeUndefined();
  });

  it("is the work under way, while there is any", () => {
    const trail = [{ at: SAVED_AT, step: "reserve", outcome: "reserved" }];
    const work = { kind: "submit" as const, submission: aSubmission(), trail };
    const lease = { key: keyOf(), expiresAt: 0, attempt: 1, touchedAt: SAVED_AT, work };

    const view = viewOf(ROW_ID, { ...nothing, records: [aRecord()], lease }, SAVED_AT + 5);

    expect(view).toEqual({
      order: ROW_ID,
      orderNumber: "ORD-01000",
      state: "processing",
      submission: keyOf(),
      updatedAt: SAVED_AT + 5,
      trail,
    });
  });

  it("names the warehouse command that holds up those after it", () => {
    const given = { sequence: 1, reason: "warehouse-refused", at: SAVED_AT + 2_000 };

    const stopped = { ...given, hash: "of its payload" };

    const view = viewOf(ROW_ID, { ...nothing, records: [aRecord()], stopped }, SAVED_AT);

    expect(view).toMatchObject({ state: "approved" });
    expect(view?.stopped).toEqual(given);
    expect(OrderView.parse(view)).toEqual(view);
  });

  it("tells in the trail who discarded a warehouse command, and when", () => {
    const discarded = [
      { sequence: 1, reason: "warehouse-refused", at: SAVED_AT + 5_000, by: "function-key" },
      { sequence: 2, reason: "warehouse-refused", at: SAVED_AT, by: "anna" },
    ];

    const view = viewOf(ROW_ID, { ...nothing, records: [aRecord()], discarded }, SAVED_AT);

    expect(view?.trail).toEqual([
      { at: SAVED_AT, step: "discardCommand", outcome: "discarded", sequence: 2, by: "anna" },
      ...aRecord().trail,
      {
        at: SAVED_AT + 5_000,
        step: "discardCommand",
        outcome: "discarded",
        sequence: 1,
        by: "function-key",
      },
    ]);
    expect(OrderView.parse(view)).toEqual(view);
  });

  it("is the outcome of the key that ended last", () => {
    const withdrawn = aRecord({
      key: keyOf({ type: "OrderWithdrawn" }),
      endedAt: SAVED_AT + 9_000,
      result: { outcome: "withdrawn" },
    });

    const view = viewOf(ROW_ID, { records: [withdrawn, aRecord()], notes: [note] }, SAVED_AT);

    expect(view).toMatchObject({ state: "withdrawn", updatedAt: SAVED_AT + 9_000 });
  });

  it("is why nothing was done, where nothing was", () => {
    const view = viewOf(ROW_ID, { ...nothing, notes: [note] }, SAVED_AT);

    expect(view).toMatchObject({ state: "ignored", reason: "superseded", trail: [] });
  });

  it("is nothing of a request that is awaited, until a trace of its own", () => {
    const awaited = OTHER_CORRELATION_ID;
    const earlier = { records: [aRecord()], notes: [note] };
    const own = { ...note, correlationId: awaited };
    const views = [
      earlier,
      { ...earlier, notes: [own] },
      { ...earlier, notes: [{ ...own, outcome: "failed" as const, reason: "invalid-row" }] },
      { ...earlier, records: [aRecord(), aRecord({ key: keyOf({ correlationId: awaited }) })] },
    ].map((traces) => viewOf(ROW_ID, traces, SAVED_AT, awaited)?.state);

    expect(views).toEqual([undefined, "approved", "failed", "approved"]);
  });

  it("fits the published contract", () => {
    const views = [
      viewOf(ROW_ID, { ...nothing, notes: [note] }, SAVED_AT),
      viewOf(ROW_ID, { ...nothing, records: [aRecord()] }, SAVED_AT),
    ];

    expect(views.map((view) => OrderView.safeParse(view).success)).toEqual([true, true]);
  });
});
