import { describe, expect, it } from "vitest";
import { decide, type OrderHistory } from "../../../../shared/domain/decide.ts";
import type { OrderEvent } from "../../../../shared/domain/orderEvent.ts";
import type { OrderRow } from "../../../../shared/domain/orderRow.ts";
import { newOrder, type OrderState } from "../../../../shared/domain/orderState.ts";
import {
  anEvent,
  anUnprovenEvent,
  aRecord,
  aRow,
  aSubmission,
  keyOf,
  OTHER_CORRELATION_ID,
  SAVED_AT,
} from "../../../support/anOrder.ts";

const LATER = SAVED_AT + 60_000;
const VISIBLE_WITHIN_MS = 150_000;

const unknown: OrderHistory = { state: newOrder, records: [] };
const applied = { modifiedOn: SAVED_AT, etag: `W/"${SAVED_AT}"` };
const approved: OrderState = {
  applied,
  lastCommand: 1,
  standing: { ...aSubmission(), status: "approved" },
};
const withdrawnBefore: OrderState = { applied, lastCommand: 2 };
const unfinished: OrderState = {
  lastCommand: 0,
  standing: { ...aSubmission(), status: "unfinished" },
};
const known = (state: OrderState, overrides: Partial<OrderHistory> = {}): OrderHistory => ({
  state,
  records: [],
  ...overrides,
});

const other = { correlationId: OTHER_CORRELATION_ID };
const withdrawn = { type: "OrderWithdrawn", ...other, modifiedOn: LATER } as const;

function judge(
  event: OrderEvent,
  row: OrderRow | undefined,
  history: OrderHistory = unknown,
  now = event.firstSeenAt,
) {
  return decide(event, row, history, { now, visibleWithinMs: VISIBLE_WITHIN_MS });
}

describe("a submission", () => {
  it("opens on a row that is Submitted", () => {
    const row = aRow();

    expect(judge(anEvent(), row)).toEqual({ action: "submit", key: keyOf(), row });
  });

  it("opens over a standing one when proven and later", () => {
    const row = aRow({ modifiedOn: LATER });
    const event = anEvent({ ...other, modifiedOn: LATER });

    const decision = judge(event, row, known(approved));

    expect(decision).toEqual({ action: "submit", key: keyOf(other), row });
  });

  it("is superseded when the row is no longer Submitted", () => {
    const rows = [aRow({ phase: "withdrawn" }), aRow({ phase: "other" })];

    expect(rows.map((row) => judge(anEvent(), row))).toEqual([
      { action: "ignore", reason: "superseded" },
      { action: "ignore", reason: "superseded" },
    ]);
  });

  it("is already applied when not later than what was acted on", () => {
    const event = anEvent({ ...other, modifiedOn: SAVED_AT - 1_000 });

    const decisions = [event, anEvent(other)].map((event) => judge(event, aRow(), known(approved)));

    expect(decisions).toEqual([
      { action: "ignore", reason: "already-applied" },
      { action: "ignore", reason: "already-applied" },
    ]);
  });

  it("is not taken for applied when the row changed again within the same second", () => {
    const row = aRow({ etag: "another" });

    expect(judge(anEvent(other), row, known(approved)).action).toBe("submit");
  });

  it("is not taken for another one because its event carries milliseconds", () => {
    const event = anEvent({ ...other, modifiedOn: SAVED_AT + 918 });

    expect(judge(event, aRow(), known(approved))).toEqual({
      action: "ignore",
      reason: "already-applied",
    });
  });
});

describe("a known key", () => {
  const history = known(approved, { records: [aRecord()] });

  it("answers as it ended", () => {
    expect(judge(anEvent(), aRow(), history)).toEqual({ action: "replay", record: aRecord() });
  });

  it("answers as it ended while another key is at work", () => {
    const busy = {
      ...history,
      holder: { key: keyOf(other), modifiedOn: SAVED_AT, live: true, abandoned: false },
    };

    expect(judge(anEvent(), aRow(), busy).action).toBe("replay");
  });

  it("answers its stripped copy too, by the row as read", () => {
    expect(judge(anUnprovenEvent(), aRow(), history).action).toBe("replay");
  });

  it("does not answer for a stripped event about a row that was changed and reads the same", () => {
    const row = aRow({ modifiedOn: LATER });

    expect(judge(anUnprovenEvent(), row, history)).toEqual({
      action: "ignore",
      reason: "already-submitted",
    });
  });

  it("names another submission when a proven event is later than what it acted on", () => {
    const row = aRow({ modifiedOn: LATER });

    const decision = judge(anEvent({ modifiedOn: LATER }), row, history);

    expect(decision).toEqual({ action: "submit", key: `${keyOf()}:${LATER}`, row });
  });

  it("answers the duplicate of that other submission by its own record", () => {
    const again = aRecord({ key: `${keyOf()}:${LATER}`, modifiedOn: LATER });
    const records = [aRecord(), again];
    const row = aRow({ modifiedOn: LATER });

    const decision = judge(anEvent({ modifiedOn: LATER }), row, known(approved, { records }));

    expect(decision).toEqual({ action: "replay", record: again });
  });

  it("does not answer for a withdrawal of the same correlation", () => {
    const row = aRow({ modifiedOn: LATER, phase: "withdrawn" });

    const decisions = [
      anEvent({ type: "OrderWithdrawn", modifiedOn: LATER }),
      anUnprovenEvent(),
    ].map((event) => judge(event, row, history));

    expect(decisions.map(({ action }) => action)).toEqual(["withdraw", "withdraw"]);
  });

  it("is tried again when it had failed, and goes on with what it left unfinished", () => {
    const failed = aRecord({ result: { outcome: "failed", reason: "attempts-exhausted" } });

    const decision = judge(anEvent(), aRow(), known(unfinished, { records: [failed] }));

    expect(decision).toEqual({ action: "resume", key: keyOf(), withdrawn: false });
  });
});

describe("an event without proof", () => {
  it("opens a submission under the key of a proven one", () => {
    const row = aRow();

    expect(judge(anUnprovenEvent(), row)).toEqual({ action: "submit", key: keyOf(), row });
  });

  it("opens none while one stands", () => {
    const decision = judge(anUnprovenEvent(other), aRow({ modifiedOn: LATER }), known(approved));

    expect(decision).toEqual({ action: "ignore", reason: "already-submitted" });
  });

  it("opens none on the row version that was applied already", () => {
    const decision = judge(anUnprovenEvent(other), aRow(), known(withdrawnBefore));

    expect(decision).toEqual({ action: "ignore", reason: "already-applied" });
  });

  it("opens one over an unfinished one of another key", () => {
    const row = aRow({ modifiedOn: LATER });

    expect(judge(anUnprovenEvent(other), row, known(unfinished)).action).toBe("submit");
  });

  it("withdraws what stands when the row is withdrawn", () => {
    const row = aRow({ modifiedOn: LATER, phase: "withdrawn" });

    const decision = judge(anUnprovenEvent(other), row, known(approved));

    expect(decision).toEqual({
      action: "withdraw",
      key: keyOf({ ...other, type: "OrderWithdrawn" }),
      applied: { modifiedOn: LATER, etag: row.etag },
    });
  });

  it("leaves an order alone that went on in the ordinary course", () => {
    const row = aRow({ modifiedOn: LATER, phase: "other" });

    expect(judge(anUnprovenEvent(other), row, known(approved))).toEqual({
      action: "ignore",
      reason: "superseded",
    });
  });
});

describe("a withdrawal", () => {
  it("undoes what stands", () => {
    const row = aRow({ modifiedOn: LATER, phase: "withdrawn" });

    expect(judge(anEvent(withdrawn), row, known(approved)).action).toBe("withdraw");
    expect(judge(anEvent(withdrawn), row, known(unfinished)).action).toBe("withdraw");
  });

  it("is superseded when the order was submitted again", () => {
    const row = aRow({ modifiedOn: LATER + 1_000 });

    expect(judge(anEvent(withdrawn), row, known(approved))).toEqual({
      action: "ignore",
      reason: "superseded",
    });
  });

  it("is superseded when nothing stands", () => {
    const row = aRow({ modifiedOn: LATER, phase: "withdrawn" });

    expect(judge(anEvent(withdrawn), row)).toEqual({ action: "ignore", reason: "superseded" });
  });

  it("is already applied when a retry of the submission has found it", () => {
    const row = aRow({ modifiedOn: LATER, phase: "withdrawn" });
    const state = { lastCommand: 2, applied: { modifiedOn: LATER, etag: row.etag } };

    expect(judge(anEvent(withdrawn), row, known(state))).toEqual({
      action: "ignore",
      reason: "already-applied",
    });
  });

  it("within the second of the submission counts though the row was edited since", () => {
    const row = aRow({ phase: "withdrawn", modifiedOn: LATER });
    const event = anEvent({ ...withdrawn, modifiedOn: SAVED_AT });

    expect(judge(event, row, known(approved)).action).toBe("withdraw");
  });

  it("within the second of the submission is not taken for applied", () => {
    const row = aRow({ phase: "withdrawn", etag: "another" });
    const event = anEvent({ ...withdrawn, modifiedOn: SAVED_AT });

    expect(judge(event, row, known(approved)).action).toBe("withdraw");
  });

  it("undoes a deleted order once the row had its time to show", () => {
    const event = anEvent(withdrawn);
    const now = event.firstSeenAt + VISIBLE_WITHIN_MS;

    expect(judge(event, undefined, known(approved), now).action).toBe("withdraw");
    expect(judge(event, undefined, unknown, now)).toEqual({ action: "ignore", reason: "row-gone" });
  });
});

describe("a row that may not be committed yet", () => {
  const event = anEvent({ inTransaction: true });
  const lastMoment = event.firstSeenAt + VISIBLE_WITHIN_MS;
  const older = aRow({ modifiedOn: SAVED_AT - 1_000 });
  const sameSecond = aRow({ phase: "other" });
  const waiting = { action: "wait", reason: "row-not-visible" };

  it("is waited for when missing, older, or lacking the transition in the event's second", () => {
    const decisions = [undefined, older, sameSecond].map((row) => judge(event, row));

    expect(decisions).toEqual([waiting, waiting, waiting]);
  });

  it("is waited for in the very version that was applied, when the event withdraws what that submitted", () => {
    const withdrawal = anEvent({ type: "OrderWithdrawn", inTransaction: true });

    expect(judge(withdrawal, aRow(), known(approved))).toEqual(waiting);
    expect(judge(withdrawal, aRow(), known(approved), lastMoment).action).toBe("ignore");
  });

  describe("however it reads", () => {
    const mine = { key: keyOf(), modifiedOn: SAVED_AT, live: false, abandoned: false };
    const histories = [
      unknown,
      known(approved),
      known(approved, { records: [aRecord()] }),
      known(newOrder, { holder: mine }),
    ];

    it("is waited for when the event tells neither what was saved nor when", () => {
      const blind = anUnprovenEvent({ inTransaction: true });

      const decisions = histories.map((history) => judge(blind, aRow(), history));

      expect(decisions).toEqual(histories.map(() => waiting));
      expect(judge(blind, aRow(), unknown, lastMoment).action).toBe("submit");
    });

    it("is waited for up to the event's second when the event tells only when it was saved", () => {
      const unproven = anUnprovenEvent({ inTransaction: true, modifiedOn: SAVED_AT });
      const rows = [aRow(), sameSecond, older, aRow({ phase: "withdrawn" })];

      const decisions = histories.flatMap((history) =>
        rows.map((row) => judge(unproven, row, history)),
      );

      expect(decisions).toEqual(decisions.map(() => waiting));
      expect(judge(unproven, aRow({ modifiedOn: LATER })).action).toBe("submit");
      expect(judge(unproven, aRow(), unknown, lastMoment).action).toBe("submit");
    });
  });

  it("is waited for when it lacks a proven transition whose time is not told", () => {
    const { modifiedOn: _, ...timeless } = event;

    expect(judge(timeless, aRow({ phase: "other", modifiedOn: LATER }))).toEqual(waiting);
    expect(judge(timeless, aRow()).action).toBe("submit");
  });

  it("is waited for until the very last millisecond, then gone", () => {
    const gone = { action: "ignore", reason: "row-gone" };

    expect(judge(event, undefined, unknown, lastMoment - 1)).toEqual(waiting);
    expect(judge(event, undefined, unknown, lastMoment)).toEqual(gone);
    expect(judge(event, older, unknown, lastMoment)).toEqual(gone);
  });

  it("is judged as it reads once it had its time", () => {
    expect(judge(event, sameSecond, unknown, lastMoment)).toEqual({
      action: "ignore",
      reason: "superseded",
    });
  });

  it("is not waited for in the event's second when the event came after the commit", () => {
    expect(judge(anEvent(), sameSecond)).toEqual({ action: "ignore", reason: "superseded" });
  });
});

describe("an order that is being worked on", () => {
  const mine = { key: keyOf(), modifiedOn: SAVED_AT, live: false, abandoned: false };
  const theirs = { key: keyOf(other), modifiedOn: SAVED_AT, live: false, abandoned: false };
  const busy = { action: "wait", reason: "order-busy" };

  it("makes events of other keys wait, even after the lease has expired", () => {
    const histories = [theirs, { ...theirs, live: true, abandoned: false }].map((holder) =>
      known(newOrder, { holder }),
    );

    expect(histories.map((history) => judge(anEvent(), aRow(), history))).toEqual([busy, busy]);
  });

  it("makes a duplicate wait while the lease lasts", () => {
    const history = known(newOrder, { holder: { ...mine, live: true, abandoned: false } });

    expect(judge(anEvent(), aRow(), history)).toEqual(busy);
  });

  it("is gone on with by its own key once the lease has expired", () => {
    const history = known(newOrder, { holder: mine });

    expect(judge(anEvent(), aRow(), history)).toEqual({
      action: "resume",
      key: keyOf(),
      withdrawn: false,
    });
  });

  it("is undone by its own key when it was withdrawn or deleted meanwhile", () => {
    const history = known(newOrder, { holder: mine });
    const rows = [aRow({ phase: "withdrawn", modifiedOn: LATER }), undefined];

    expect(rows.map((row) => judge(anEvent(), row, history))).toEqual([
      { action: "resume", key: keyOf(), withdrawn: true },
      { action: "resume", key: keyOf(), withdrawn: true },
    ]);
  });

  it("is finished when it went on in the ordinary course meanwhile", () => {
    const row = aRow({ phase: "other", modifiedOn: LATER });

    const decision = judge(anEvent(), row, known(newOrder, { holder: mine }));

    expect(decision).toEqual({ action: "resume", key: keyOf(), withdrawn: false });
  });

  it("is finished first by its event without proof when the row now reads otherwise", () => {
    const row = aRow({ phase: "withdrawn", modifiedOn: LATER });

    const decision = judge(anUnprovenEvent(), row, known(newOrder, { holder: mine }));

    expect(decision).toEqual({ action: "finish", key: keyOf(), withdrawn: true });
  });

  it("makes a later submission of the same correlation wait instead of taking the work over", () => {
    const later = anEvent({ modifiedOn: LATER });

    const decision = judge(later, aRow({ modifiedOn: LATER }), known(newOrder, { holder: mine }));

    expect(decision).toEqual(busy);
  });

  it("is finished by its event without proof though an older record would answer that", () => {
    const holder = {
      key: keyOf({ type: "OrderWithdrawn" }),
      modifiedOn: LATER,
      live: false,
      abandoned: false,
    };
    const history = known(approved, { holder, records: [aRecord()] });

    const decision = judge(anUnprovenEvent(), aRow({ modifiedOn: LATER }), history);

    expect(decision).toMatchObject({ action: "finish", key: holder.key });
  });

  it("is finished by another event when nobody has gone on with it for too long", () => {
    const holder = { ...theirs, abandoned: true };
    const rows = [aRow(), aRow({ phase: "withdrawn", modifiedOn: LATER })];

    const decisions = rows.map((row) => judge(anEvent(), row, known(newOrder, { holder })));

    expect(decisions).toEqual([
      { action: "finish", key: theirs.key, withdrawn: false },
      { action: "finish", key: theirs.key, withdrawn: true },
    ]);
  });

  it("needs no waiting for an event that is applied already", () => {
    const history = known(approved, { holder: theirs });
    const event = anEvent({ correlationId: "c3f7c0de-2f6a-4b0e-9b8c-54f7be6d2c33" });

    expect(judge(event, aRow(), history)).toEqual({ action: "ignore", reason: "already-applied" });
  });
});
