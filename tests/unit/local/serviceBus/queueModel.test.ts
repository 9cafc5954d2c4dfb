import assert from "node:assert/strict";
import * as fc from "fast-check";
import { describe, it } from "vitest";
import { everyHistory, unhurried } from "../../../support/everyHistory.ts";
import { aDurableQueue, textOf } from "./aDurableQueue.ts";

/*
 * The queue beside a model that is as plain as can be: one list of messages, searched from the front
 * at every step. Whatever the sequence of calls, both must show the same. At any step the queue may be
 * killed and started again from its journal, of which the model knows only that locks are gone.
 */
const LOCK_MS = 1_000;
const WINDOW_MS = 3_000;
const TIME_TO_LIVE_MS = 4_000;
const MAX_DELIVERIES = 3;

type ModelMessage = {
  number: number;
  content: string;
  state: "active" | "scheduled" | "deferred" | "dead";
  scheduledAt: number;
  timeToLive: number;
  expiresAt: number;
  deliveries: number;
  lock?: { id: number; until: number; wasDeferred: boolean } | undefined;
};

class Model {
  now = 1_000_000;
  messages: ModelMessage[] = [];
  seen: { id: string; at: number }[] = [];
  lastNumber = 0;
  lastLock = 0;

  pass(ms: number): void {
    // Step by step, so that what is due earlier happens earlier.
    for (let step = 0; step < ms; step += 100) {
      this.now += 100;
      this.settleTime();
    }
  }

  settleTime(): void {
    for (const message of this.messages) {
      if (message.lock && message.lock.until <= this.now) this.fail(message);
    }
    const due = this.messages
      .filter(({ state, scheduledAt }) => state === "scheduled" && scheduledAt <= this.now)
      .sort((one, other) => one.scheduledAt - other.scheduledAt);
    for (const message of due) {
      this.messages = this.messages.filter((other) => other !== message);
      this.add(message.content, message.timeToLive);
    }
    for (const message of this.messages) this.expire(message);
  }

  add(content: string, timeToLive: number, scheduledAt?: number): void {
    this.lastNumber += 1;
    this.messages.push({
      number: this.lastNumber,
      content,
      state: scheduledAt === undefined ? "active" : "scheduled",
      scheduledAt: scheduledAt ?? 0,
      timeToLive,
      expiresAt: this.now + Math.min(timeToLive, TIME_TO_LIVE_MS),
      deliveries: 0,
    });
  }

  send(content: string, id: string, delayMs: number, timeToLive: number): void {
    this.seen = this.seen.filter(({ at }) => at > this.now - WINDOW_MS);
    if (this.seen.some((sighting) => sighting.id === id)) {
      this.lastNumber += 1;
      return;
    }
    this.seen.push({ id, at: this.now });
    this.add(content, timeToLive, delayMs > 0 ? this.now + delayMs : undefined);
  }

  next(): ModelMessage | undefined {
    return this.messages
      .filter(({ state, lock }) => state === "active" && !lock)
      .sort((one, other) => one.number - other.number)[0];
  }

  receive(): ModelMessage | undefined {
    const next = this.next();
    if (next) this.lock(next, false);
    return next;
  }

  take(message: ModelMessage | undefined): ModelMessage | undefined {
    this.messages = this.messages.filter((other) => other !== message);
    return message;
  }

  lock(message: ModelMessage, wasDeferred: boolean): void {
    this.lastLock += 1;
    message.lock = { id: this.lastLock, until: this.now + LOCK_MS, wasDeferred };
  }

  deferred(wanted: number): ModelMessage | undefined {
    return this.messages.find(
      ({ number, state, lock }) => number === wanted && state === "deferred" && !lock,
    );
  }

  held(lockId: number): ModelMessage | undefined {
    return this.messages.find(({ lock }) => lock?.id === lockId);
  }

  fail(message: ModelMessage): void {
    const wasDeferred = message.lock?.wasDeferred;
    message.lock = undefined;
    message.deliveries += 1;
    message.state = wasDeferred ? "deferred" : "active";
    if (message.deliveries >= MAX_DELIVERIES) this.bury(message, "MaxDeliveryCountExceeded");
    else this.expire(message);
  }

  expire(message: ModelMessage): void {
    const expires = message.state === "active" || message.state === "deferred";
    if (expires && !message.lock && message.expiresAt <= this.now) {
      this.bury(message, "TTLExpiredException");
    }
  }

  restart(): void {
    for (const message of this.messages) message.lock = undefined;
    this.lastLock = 0;
    this.settleTime();
  }

  bury(message: ModelMessage, reason: string): void {
    message.state = "dead";
    message.content += `!${reason}`;
  }

  shown(): unknown {
    const show = (dead: boolean) =>
      this.messages
        .filter(({ state }) => (state === "dead") === dead)
        .sort((one, other) => one.number - other.number)
        .map(({ number, content, state, deliveries, lock }) => [
          number,
          content,
          deliveries,
          lock ? "locked" : dead ? "active" : state,
        ]);
    return { main: show(false), dead: show(true) };
  }
}

type Step =
  | { do: "send"; id: string; delayMs: number; timeToLiveMs: number | undefined }
  | { do: "receive" }
  | { do: "receiveAndDelete" }
  | {
      do: "settle";
      lockId: number;
      how: "complete" | "abandon" | "release" | "defer" | "deadLetter";
    }
  | { do: "renew"; lockId: number }
  | { do: "receiveDeferred"; number: number }
  | { do: "receiveAndDeleteDeferred"; number: number }
  | { do: "cancel"; number: number }
  | { do: "pass"; ms: number }
  | { do: "restart" };

const few = fc.integer({ min: 1, max: 12 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant("send" as const),
    id: fc.constantFrom("p", "q", "r", "s", "t", "u"),
    delayMs: fc.constantFrom(0, 0, 300, 900),
    timeToLiveMs: fc.constantFrom(undefined, undefined, 500, 9_000),
  }),
  fc.record({ do: fc.constant("receive" as const) }),
  fc.record({ do: fc.constant("receiveAndDelete" as const) }),
  fc.record({
    do: fc.constant("settle" as const),
    lockId: few,
    how: fc.constantFrom("complete", "abandon", "release", "defer", "deadLetter"),
  }),
  fc.record({ do: fc.constant("renew" as const), lockId: few }),
  fc.record({ do: fc.constant("receiveDeferred" as const), number: few }),
  fc.record({ do: fc.constant("receiveAndDeleteDeferred" as const), number: few }),
  fc.record({ do: fc.constant("cancel" as const), number: few }),
  fc.record({ do: fc.constant("pass" as const), ms: fc.constantFrom(100, 400, 1_000, 2_500) }),
  fc.record({ do: fc.constant("restart" as const) }),
);

describe("the queue", () => {
  it("shows what the plain model shows after any sequence of calls and restarts", unhurried, () =>
    everyHistory(
      fc.property(fc.array(step, { maxLength: 60, size: "max" }), (steps) => {
        const subject = aDurableQueue({
          lockDurationMs: LOCK_MS,
          maxDeliveryCount: MAX_DELIVERIES,
          defaultMessageTimeToLiveMs: TIME_TO_LIVE_MS,
          duplicateDetectionWindowMs: WINDOW_MS,
          deadLetteringOnMessageExpiration: true,
        });
        const model = new Model();
        for (const [index, next] of steps.entries()) {
          const [answer, expected] = apply(next, index, subject, model);
          subject.commit();
          assert.deepEqual([answer, shown(subject)], [expected, model.shown()]);
        }
      }),
    ),
  );
});

/** Does the step to both; answers what each of them answered. */
function apply(
  next: Step,
  index: number,
  subject: ReturnType<typeof aDurableQueue>,
  model: Model,
): [unknown, unknown] {
  const { queue, clock, send } = subject;
  switch (next.do) {
    case "send": {
      const { id: messageId, delayMs, timeToLiveMs } = next;
      model.send(`m${index}`, messageId, delayMs, timeToLiveMs ?? Number.POSITIVE_INFINITY);
      const number = send(`m${index}`, {
        messageId,
        scheduledAt: clock.now + delayMs,
        ...(timeToLiveMs !== undefined && { timeToLiveMs }),
      });
      return [number, model.lastNumber];
    }
    case "receive":
      return [queue.receive()?.message.sequenceNumber, model.receive()?.number];
    case "receiveAndDelete":
      return [queue.receiveAndDelete()?.sequenceNumber, model.take(model.next())?.number];
    case "settle": {
      const held = model.held(next.lockId);
      if (held) settle(held, next.how, model);
      return [queue.settle(next.lockId, { kind: next.how }), held !== undefined];
    }
    case "renew": {
      const { lock } = model.held(next.lockId) ?? {};
      if (lock) lock.until = model.now + LOCK_MS;
      return [queue.renew(next.lockId), lock?.until];
    }
    case "receiveDeferred": {
      const deferred = model.deferred(next.number);
      if (deferred) model.lock(deferred, true);
      return [queue.receiveDeferred([next.number])?.length, deferred && 1];
    }
    case "receiveAndDeleteDeferred": {
      const taken = model.take(model.deferred(next.number));
      return [queue.receiveAndDeleteDeferred([next.number])?.length, taken && 1];
    }
    case "cancel": {
      const scheduled = model.messages.find(
        ({ number, state }) => number === next.number && state === "scheduled",
      );
      model.messages = model.messages.filter((message) => message !== scheduled);
      return [queue.cancel([next.number]), scheduled !== undefined];
    }
    case "pass":
      for (let passed = 0; passed < next.ms; passed += 100) {
        clock.now += 100;
        queue.sweep();
      }
      model.pass(next.ms);
      return [undefined, undefined];
    case "restart":
      subject.restart();
      model.restart();
      return [undefined, undefined];
    default:
      return next satisfies never;
  }
}

function settle(message: ModelMessage, how: Extract<Step, { do: "settle" }>["how"], model: Model) {
  const wasDeferred = message.lock?.wasDeferred;
  switch (how) {
    case "complete":
      model.messages = model.messages.filter((other) => other !== message);
      break;
    case "abandon":
      model.fail(message);
      break;
    case "release":
      message.lock = undefined;
      message.state = wasDeferred ? "deferred" : "active";
      model.expire(message);
      break;
    case "defer":
      message.lock = undefined;
      message.deliveries += 1;
      message.state = "deferred";
      model.expire(message);
      break;
    case "deadLetter":
      message.lock = undefined;
      message.state = "dead";
      break;
  }
}

function shown({ queue }: ReturnType<typeof aDurableQueue>): unknown {
  const show = (part: typeof queue | undefined) =>
    part
      ?.peek(0, 1_000)
      .map(({ sequenceNumber, content, deliveryCount, state }) => [
        sequenceNumber,
        textOf(content),
        deliveryCount,
        state.name,
      ]);
  return { main: show(queue), dead: show(queue.deadLetters) };
}
