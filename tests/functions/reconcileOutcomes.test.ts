import type { Timer } from "@azure/functions";
import { expect, test } from "vitest";
import { registerReconcileOutcomes } from "../../functions/reconcileOutcomes.ts";
import type { Reconciled } from "../../shared/patterns/reconciliation.ts";
import { recordingApp } from "../support/recordingApp.ts";
import { recordingContext } from "../support/recordingContext.ts";

const nothing = { done: 0, unseen: 0, overdue: 0, waiting: 0 };

async function run(reconciled: Reconciled) {
  const app = recordingApp();
  registerReconcileOutcomes(app, { reconcileOutcomes: async () => reconciled });
  const { context, lines } = recordingContext();
  const timer = app.timers.get("reconcileOutcomes");
  await timer?.handler({} as Timer, context);
  return { timer, lines };
}

test("runs by a schedule from the settings and is silent when there was nothing to ask", async () => {
  const { timer, lines } = await run(nothing);

  expect(timer).toMatchObject({ schedule: "%RECONCILE_SCHEDULE%" });
  expect(lines).toEqual([]);
});

test("tells what became of the messages it asked for", async () => {
  const { lines } = await run({ ...nothing, done: 2, waiting: 1 });

  expect(lines).toMatchObject([{ event: "outcomes reconciled", details: { done: 2, waiting: 1 } }]);
});

test("warns of messages that were left, with the reason", async () => {
  const { lines } = await run({ ...nothing, done: 2, because: new Error("out of time") });

  expect(lines).toMatchObject([
    { level: "warning", event: "outcomes not all reconciled", details: { because: "out of time" } },
  ]);
});
