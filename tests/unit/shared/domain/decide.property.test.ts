import * as fc from "fast-check";
import { expect, it } from "vitest";
import { type Decision, decide } from "../../../../shared/domain/decide.ts";
import type { OrderEvent } from "../../../../shared/domain/orderEvent.ts";
import { contentOf, type OrderRow } from "../../../../shared/domain/orderRow.ts";
import {
  newOrder,
  type OrderRecord,
  type OrderState,
} from "../../../../shared/domain/orderState.ts";
import { ORDER } from "../../../support/anOrder.ts";
import { everyHistory, unhurried } from "../../../support/everyHistory.ts";
import { aSave, createSavedOrder, saveOf } from "../../../support/savedOrder.ts";

const NOW = 1_731_924_800_000;

const aStep = fc.oneof(
  fc.record({
    do: fc.constant("save" as const),
    save: aSave,
    /** Its event comes before the row shows it. */
    inTransaction: fc.boolean(),
  }),
  fc.record({ do: fc.constant("commit" as const) }),
  fc.record({ do: fc.constant("deliver" as const), event: fc.nat(5), again: fc.boolean() }),
);

/** What the decisions alone make of an order, each carried out at once: no calls, no leases, nothing that fails. */
function anOrderByDecisions() {
  let state: OrderState = newOrder;
  const records: OrderRecord[] = [];

  const record = (key: string, modifiedOn: number, outcome: "approved" | "withdrawn") =>
    records.push({ key, modifiedOn, endedAt: NOW, result: { outcome }, trail: [] });
  const apply = (decision: Decision, row: OrderRow): void => {
    switch (decision.action) {
      case "submit": {
        const { key } = decision;
        const { modifiedOn, etag } = decision.row;
        const applied = { modifiedOn, etag };
        const content = contentOf(decision.row);
        record(key, modifiedOn, "approved");
        const standing = { key, content, applied, steps: {}, status: "approved" as const };
        state = { lastCommand: 0, applied, standing };
        return;
      }
      case "withdraw":
        record(decision.key, decision.applied.modifiedOn, "withdrawn");
        state = { lastCommand: 0, applied: decision.applied };
        return;
      case "ignore":
        if (row.phase !== "withdrawn" || state.standing !== undefined) return;
        if (decision.reason === "already-applied") return;
        state = { ...state, applied: { modifiedOn: row.modifiedOn, etag: row.etag } };
        return;
      case "replay":
      case "wait":
        return;
      case "resume":
      case "finish":
        throw new Error(`nobody is at work, and yet: ${decision.action}`);
    }
  };
  return {
    standing: () => state.standing,
    keys: () => records.map(({ key }) => key),
    meet(event: OrderEvent, row: OrderRow, now = NOW): Decision["action"] {
      const related = records.filter(({ key }) =>
        key.startsWith(`${ORDER}:${event.correlationId}:`),
      );
      const options = { now, visibleWithinMs: 1 };
      const decision = decide(event, row, { state, records: related }, options);
      apply(decision, row);
      return decision.action;
    },
  };
}

it(
  "leaves an order as its last save did, each key once, in whatever order its events come and come again",
  unhurried,
  () =>
    everyHistory(
      fc.property(fc.array(aStep, { maxLength: 20, size: "max" }), (steps) => {
        const saved = createSavedOrder();
        const order = anOrderByDecisions();
        let visible = saved.row;
        let queue: OrderEvent[] = [];
        for (const step of steps) {
          if (step.do === "commit") visible = saved.row;
          else if (step.do === "save") {
            visible = saved.row;
            const event = saved.save(step.save, NOW);
            const { inTransaction } = step;
            if (!inTransaction) visible = saved.row;
            if (event !== undefined) queue.push({ ...event, inTransaction });
          } else {
            const event = queue.at(-1 - step.event);
            if (event === undefined) continue;
            const isDone = order.meet(event, visible) !== "wait" && !step.again;
            if (isDone) queue = queue.filter((one) => one !== event);
          }
        }
        for (const now of [NOW, NOW + 1]) {
          for (const event of [...queue, ...queue.toReversed()]) order.meet(event, saved.row, now);
        }

        const standing = order.standing();
        const content = standing === undefined ? Number.POSITIVE_INFINITY : saveOf(standing);
        expect(standing !== undefined).toBe(saved.submitted);
        expect(new Set(order.keys()).size).toBe(order.keys().length);
        expect(content).toBeGreaterThanOrEqual(saved.newest);
      }),
    ),
);
