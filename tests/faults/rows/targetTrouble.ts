import { setTimeout as sleep } from "node:timers/promises";
import type { Behaviour, ServiceName } from "../../../local/outside/standIns.ts";
import { drained } from "../drained.ts";
import { spacing } from "../oracle/spacing.ts";
import { deadMessages } from "../queues.ts";
import type { Row } from "../row.ts";

const targets: readonly ServiceName[] = ["inventory", "warehouse", "procurement", "dataverse"];

const moods: readonly (Behaviour | "down")[] = [
  { mode: "slow", delayMs: 700 },
  { mode: "hanging" },
  { mode: "failing", status: 503 },
  { mode: "failing", status: 500 },
  { mode: "losing" },
  { mode: "throttling", retryAfterSeconds: 1 },
  "down",
];

/** Row 28. */
export const flapping: Row = {
  name: "target-flapping",
  fault: "outside systems are slow, dead, losing answers, and well again, in turns",
  holds: "messages wait by schedule, breakers open and close, every order ends",
  async run({ orders, world, between }) {
    const ids = await Promise.all(Array.from({ length: between(4, 8) }, () => orders.enter()));
    const saved = Promise.all(ids.map(orders.submit));
    await saved;
    for (let turn = between(2, 4); turn > 0; turn--) {
      const target = targets[between(0, targets.length - 1)] ?? "inventory";
      const mood = moods[between(0, moods.length - 1)] ?? "down";
      if (mood === "down") await world.standIns.takeDown(target);
      else await world.standIns.behave(target, mood);
      await sleep(between(200, 900));
      if (mood === "down") await world.standIns.bringBack(target);
      await world.standIns.behave(target, { mode: "ok" });
    }
    return [];
  },
};

const attempts = { RETRY_BASE_DELAY_MS: "150", RETRY_MAX_DELAY_MS: "1200" } as const;

/** Invariant I8; the breaker would keep attempts from being made. */
export const spaced: Row = {
  name: "attempts-are-spaced",
  fault: "a target fails again and again, with and without Retry-After",
  holds: "attempts come further and further apart, up to the cap, and no sooner than asked",
  settings: { ...attempts, BREAKER_FAILURES: "1000" },
  async run({ orders, world, random, between }) {
    const throttled = random() < 0.4;
    const times = between(2, 5);
    await world.standIns.behave(
      "inventory",
      throttled
        ? { mode: "throttling", retryAfterSeconds: 1, times: 2 }
        : { mode: "failing", status: 503, times },
    );
    const id = await orders.enter();
    await orders.submit(id);
    await world.dataverse.fulfilled(id, "approved");
    const { calls } = await world.standIns.ledger("inventory");
    return spacing(calls, {
      baseDelayMs: throttled ? 1_000 : Number(attempts.RETRY_BASE_DELAY_MS),
      maxDelayMs: throttled ? 1_000 : Number(attempts.RETRY_MAX_DELAY_MS),
      jitter: throttled ? 0 : 0.2,
      maxAttempts: 8,
    });
  },
};

const few = { BREAKER_FAILURES: "1000", RETRY_MAX_ATTEMPTS: "2" } as const;

export const exhausted: Row = {
  name: "attempts-exhausted",
  fault: "a target refuses an order as often as it is asked",
  holds:
    "no attempt more than allowed; then a dead letter with reason and history, and nothing half done",
  settings: few,
  deadLetters: ["attempts-exhausted"],
  async run(context) {
    const { orders, world, between } = context;
    await world.standIns.behave("inventory", { mode: "failing", status: 429 });
    const ids = await Promise.all(
      Array.from({ length: between(1, 3) }, () => orders.enter("dead")),
    );
    await Promise.all(ids.map(orders.submit));
    await drained(context, 30_000);
    const { calls } = await world.standIns.ledger("inventory");
    const dead = await deadMessages(context);
    return [
      ...[...Map.groupBy(calls, ({ key }) => key).values()]
        .filter(({ length }) => length > Number(few.RETRY_MAX_ATTEMPTS))
        .map((attempts) => `${attempts.length} attempts of ${attempts[0]?.key}`),
      ...dead
        .filter(({ text }) => !text.includes('\\"history\\":[{'))
        .map(({ messageId }) => `dead letter ${messageId} has no history`),
    ];
  },
};

/** The call's outcome is unknown when its attempts are over; a timer asks the target by key. */
export const unknownOutcome: Row = {
  name: "outcome-unknown",
  fault: "a target gives no answer until all attempts are used up; it may or may not have acted",
  holds: "the target is asked by key later, and the order goes on from what it says",
  settings: few,
  async run(context) {
    const { orders, world, random } = context;
    const mode = random() < 0.5 ? "losing" : "hanging";
    const target = random() < 0.5 ? "inventory" : "warehouse";
    await world.standIns.behave(target, { mode, times: 2 });
    await orders.submit(await orders.enter());
    await drained(context, 30_000);
    const { calls } = await world.standIns.ledger(target);
    const isAsked = calls.some(({ method }) => method === "GET");
    return isAsked ? [] : [`${target} was never asked what became of the call`];
  },
};
