import * as fc from "fast-check";
import { expect, it } from "vitest";
import {
  createReconciliation,
  type Reconciled,
} from "../../../../shared/patterns/reconciliation.ts";
import { everyHistory, unhurried } from "../../../support/everyHistory.ts";
import { createMemoryUncertainStore } from "../../../support/memoryUncertainStore.ts";
import { anUncertain } from "../../../support/uncertainStoreContract.ts";

const MAX_AGE_MS = 1_000;
const targets = ["inventory", "procurement"] as const;
type Target = (typeof targets)[number];

/** How a call to the bus or the store ends: as asked, not at all, or done and then killed. */
const fate = fc.constantFrom("done", "done", "done", "done", "refused", "killed");

const aStep = fc.oneof(
  fc.record({
    do: fc.constant("keep" as const),
    target: fc.constantFrom(...targets),
    hadEffect: fc.boolean(),
  }),
  fc.record({ do: fc.constant("pass" as const), ms: fc.constantFrom(1, 500, MAX_AGE_MS) }),
  fc.record({ do: fc.constant("turn" as const), target: fc.constantFrom(...targets) }),
  fc.record({
    do: fc.constant("run" as const),
    at: fc.constantFrom(1, 1, 2),
    fates: fc.array(fate, { maxLength: 6 }),
  }),
);

type Kept = { readonly target: Target; readonly hadEffect: boolean; readonly since: number };

/** Targets that answer or do not, a bus, and what a plain list knows of each message. */
function aWorld() {
  const store = createMemoryUncertainStore();
  const kept = new Map<string, Kept>();
  const sent = new Set<string>();
  const silent = new Set<Target>();
  const wrong: string[] = [];
  const world = {
    now: 10_000,
    fates: [] as ("done" | "refused" | "killed")[],
    asked: [] as string[],
  };

  const meet = async (effect: () => unknown): Promise<void> => {
    const next = world.fates.shift() ?? "done";
    if (next !== "refused") await effect();
    if (next !== "done") throw new Error(next);
  };
  const isSilent = ({ target }: Kept) => silent.has(target);
  const isOverdue = ({ since }: Kept) => world.now - since >= MAX_AGE_MS;
  const send =
    (isLast: boolean) =>
    (_queue: string, { messageId }: { readonly messageId: string }) => {
      const one = kept.get(messageId);
      const isDue = one === undefined || (isSilent(one) ? isLast && isOverdue(one) : !isLast);
      if (!isDue) wrong.push(`${messageId} sent${isLast ? " for the last time" : ""}`);
      return meet(() => sent.add(messageId));
    };
  const reconcile = createReconciliation({
    store: {
      ...store,
      remove: (id) =>
        meet(async () => {
          const messageId = id.slice(id.indexOf("/") + 1);
          if (!sent.has(messageId)) wrong.push(`${messageId} removed before it was sent`);
          kept.delete(messageId);
          await store.remove(id);
        }),
    },
    had: async ({ target, path }) => {
      world.asked.push(target);
      if (silent.has(target as Target)) throw new Error("no answer");
      return kept.get(path)?.hadEffect ?? false;
    },
    send: send(false),
    sendLast: send(true),
    clock: { now: () => world.now },
    maxAgeMs: MAX_AGE_MS,
  });

  return Object.assign(world, {
    kept,
    sent,
    silent,
    wrong,
    reconcile,
    left: async () => (await store.oldest(1_000)).map(({ rowId }) => rowId),
    async keep(target: Target, hadEffect: boolean, messageId: string) {
      kept.set(messageId, { target, hadEffect, since: world.now });
      const call = { target, path: messageId, key: messageId };
      await store.keep({ ...anUncertain(world.now, messageId), call });
    },
    /** What an undisturbed run makes of what is kept now. */
    outlook(): Reconciled {
      const all = [...kept.values()];
      const answered = all.filter((one) => !isSilent(one));
      const unanswered = all.filter(isSilent);
      const overdue = unanswered.filter(isOverdue).length;
      const done = answered.filter(({ hadEffect }) => hadEffect).length;
      const unseen = answered.length - done;
      return { done, unseen, overdue, waiting: unanswered.length - overdue };
    },
  });
}

it(
  "sends each message on as its target tells, forgets none, and asks a silent target once a run",
  unhurried,
  () =>
    everyHistory(
      fc.asyncProperty(fc.array(aStep, { maxLength: 20, size: "max" }), async (steps) => {
        const world = aWorld();
        const { kept, silent, sent, wrong, reconcile } = world;
        const all = new Set<string>();
        const counts: unknown[] = [];
        const expected: unknown[] = [];
        for (const [number, step] of steps.entries()) {
          if (step.do === "pass") world.now += step.ms;
          else if (step.do === "keep") {
            all.add(`m${number}`);
            await world.keep(step.target, step.hadEffect, `m${number}`);
          } else if (step.do === "turn") {
            if (!silent.delete(step.target)) silent.add(step.target);
          } else {
            world.fates = [...step.fates];
            world.asked = [];
            const outlook = world.outlook();
            const runs = await Promise.allSettled(
              Array.from({ length: step.at }, () => reconcile()),
            );
            const [run] = runs;
            const isWhole =
              step.at === 1 && run?.status === "fulfilled" && run.value.because === undefined;
            if (isWhole) counts.push(run.value, [...kept.keys()].length);
            if (isWhole) expected.push(outlook, outlook.waiting);
            for (const target of silent) {
              if (world.asked.filter((one) => one === target).length > step.at)
                wrong.push("stormed");
            }
          }
        }
        world.fates = [];
        silent.clear();
        await reconcile();

        expect(counts).toEqual(expected);
        expect(wrong).toEqual([]);
        expect([...all].filter((id) => !sent.has(id))).toEqual([]);
        expect(await world.left()).toEqual([]);
      }),
    ),
);
