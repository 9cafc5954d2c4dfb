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

type Part = "main" | "dead";

type ModelMessage = {
  number: number;
  content: string;
  part: Part;
  state: "active" | "scheduled" | "deferred";
  scheduledAt: number;
  timeToLive: number;
  expiresAt: number;
  deliveries: number;
  lock?: { id: number; until: number } | undefined;
};

class Model {
  readonly buriesExpired: boolean;
  now = 1_000_000;
  messages: ModelMessage[] = [];
  seen: { id: string; at: number }[] = [];
  lastNumber = 0;
  lastLocks = { main: 0, dead: 0 };

  constructor(buriesExpired: boolean) {
    this.buriesExpired = buriesExpired;
  }

  in(part: Part): ModelMessage[] {
    return this.messages
      .filter((message) => message.part === part)
      .sort((one, other) => one.number - other.number);
  }

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
      part: "main",
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

  next(part: Part): ModelMessage | undefined {
    return this.in(part).find(({ state, lock }) => state === "active" && !lock);
  }

  take(...taken: (ModelMessage | undefined)[]): void {
    this.messages = this.messages.filter((message) => !taken.includes(message));
  }

  lock(message: ModelMessage): void {
    this.lastLocks[message.part] += 1;
    message.lock = { id: this.lastLocks[message.part], until: this.now + LOCK_MS };
  }

  /** All that have these numbers and are in this state; undefined when one of them is not. */
  all(
    numbers: readonly number[],
    part: Part,
    wanted: ModelMessage["state"],
  ): ModelMessage[] | undefined {
    const found = [...new Set(numbers)].map((one) =>
      this.in(part).find(({ number, state, lock }) => number === one && state === wanted && !lock),
    );
    return found.every((message) => message !== undefined) ? found : undefined;
  }

  /** Numbers of messages in this state; beyond the last, one that may be another's or nobody's. */
  numbersAt(places: readonly number[], part: Part, wanted: ModelMessage["state"]): number[] {
    const candidates = this.in(part).filter(({ state, lock }) => state === wanted && !lock);
    return places.map((place) => candidates[place - 1]?.number ?? place);
  }

  /** The id of a lock, and the message that it holds; beyond the last lock, an id of one that may have ended. */
  lockAt(place: number, part: Part): [lockId: number, held: ModelMessage | undefined] {
    const locked = this.in(part).filter(({ lock }) => lock);
    const lockId = locked[place - 1]?.lock?.id ?? place;
    return [lockId, locked.find(({ lock }) => lock?.id === lockId)];
  }

  fail(message: ModelMessage): void {
    message.deliveries += 1;
    if (message.part === "main" && message.deliveries >= MAX_DELIVERIES) {
      this.bury(message, "!MaxDeliveryCountExceeded");
    } else this.giveBack(message);
  }

  giveBack(message: ModelMessage): void {
    message.lock = undefined;
    this.expire(message);
  }

  expire(message: ModelMessage): void {
    if (message.state === "scheduled" || message.lock || message.expiresAt > this.now) return;
    if (this.buriesExpired) this.bury(message, "!TTLExpiredException");
    else this.take(message);
  }

  restart(): void {
    for (const message of this.messages) message.lock = undefined;
    this.lastLocks = { main: 0, dead: 0 };
    this.settleTime();
  }

  clear(): void {
    this.messages = [];
    this.seen = [];
  }

  /** What is dead already is put back where it was. */
  bury(message: ModelMessage, reason: string): void {
    message.part = "dead";
    message.state = "active";
    message.expiresAt = Number.POSITIVE_INFINITY;
    message.content += reason;
    message.lock = undefined;
  }

  shown(): unknown {
    const show = (part: Part) =>
      this.in(part).map(({ number, content, state, deliveries, lock }) => [
        number,
        content,
        deliveries,
        lock ? "locked" : state,
      ]);
    return { main: show("main"), dead: show("dead") };
  }
}

type Step =
  | { do: "send"; id: string; delayMs: number; timeToLiveMs: number | undefined }
  | { do: "receive"; part: Part }
  | { do: "receiveAndDelete"; part: Part }
  | {
      do: "settle";
      part: Part;
      place: number;
      how: "complete" | "abandon" | "release" | "defer" | "deadLetter";
    }
  | { do: "renew"; part: Part; place: number }
  | { do: "receiveDeferred"; part: Part; places: number[] }
  | { do: "receiveAndDeleteDeferred"; part: Part; places: number[] }
  | { do: "cancel"; places: number[] }
  | { do: "pass"; ms: number }
  | { do: "clear" }
  | { do: "restart" };

/** A message by its place among those in the state that is asked for. */
const place = fc.constantFrom(1, 1, 1, 2, 2, 3, 4);
const places = fc.array(place, { minLength: 1, maxLength: 2 });
const part = fc.constantFrom<Part>("main", "main", "dead");
const kind = <Kind extends Step["do"]>(name: Kind) => fc.constant(name);

/** Weighed so that a queue has messages most of the time, and a lock now and then. */
const step = fc.oneof<fc.WeightedArbitrary<Step>[]>(
  {
    weight: 12,
    arbitrary: fc.record({
      do: kind("send"),
      id: fc.integer({ min: 1, max: 10 }).map(String),
      delayMs: fc.constantFrom(0, 0, 300, 900),
      timeToLiveMs: fc.constantFrom(undefined, undefined, 500, 9_000),
    }),
  },
  { weight: 16, arbitrary: fc.record({ do: kind("receive"), part }) },
  { weight: 2, arbitrary: fc.record({ do: kind("receiveAndDelete"), part }) },
  {
    weight: 16,
    arbitrary: fc.record({
      do: kind("settle"),
      part,
      place,
      how: fc.constantFrom("complete", "abandon", "release", "defer", "defer", "deadLetter"),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: kind("renew"), part, place }) },
  { weight: 6, arbitrary: fc.record({ do: kind("receiveDeferred"), part, places }) },
  { weight: 2, arbitrary: fc.record({ do: kind("receiveAndDeleteDeferred"), part, places }) },
  { weight: 2, arbitrary: fc.record({ do: kind("cancel"), places }) },
  {
    weight: 5,
    arbitrary: fc.record({ do: kind("pass"), ms: fc.constantFrom(100, 100, 400, 1_000, 2_500) }),
  },
  { weight: 2, arbitrary: fc.record({ do: kind("restart") }) },
  { weight: 1, arbitrary: fc.record({ do: kind("clear") }) },
);

describe("the queue", () => {
  it("shows what the plain model shows after any sequence of calls and restarts", unhurried, () =>
    everyHistory(
      fc.property(
        fc.boolean(),
        fc.array(step, { maxLength: 80, size: "max" }),
        (deadLetteringOnMessageExpiration, steps) => {
          const subject = aDurableQueue({
            lockDurationMs: LOCK_MS,
            maxDeliveryCount: MAX_DELIVERIES,
            defaultMessageTimeToLiveMs: TIME_TO_LIVE_MS,
            duplicateDetectionWindowMs: WINDOW_MS,
            deadLetteringOnMessageExpiration,
          });
          const model = new Model(deadLetteringOnMessageExpiration);
          for (const [index, next] of steps.entries()) {
            const [answer, expected] = apply(next, index, subject, model);
            subject.commit();
            assert.deepEqual([answer, shown(subject)], [expected, model.shown()]);
          }
        },
      ),
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
  const { clock, send } = subject;
  const inPart = "part" in next ? next.part : "main";
  const queue = queueOf(subject, inPart);
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
    case "receive": {
      const received = model.next(inPart);
      if (received) model.lock(received);
      return [queue.receive()?.message.sequenceNumber, received?.number];
    }
    case "receiveAndDelete": {
      const taken = model.next(inPart);
      model.take(taken);
      return [queue.receiveAndDelete()?.sequenceNumber, taken?.number];
    }
    case "settle": {
      const [lockId, held] = model.lockAt(next.place, inPart);
      if (held) settle(held, next.how, model);
      return [queue.settle(lockId, { kind: next.how }), held !== undefined];
    }
    case "renew": {
      const [lockId, held] = model.lockAt(next.place, inPart);
      if (held?.lock) held.lock.until = model.now + LOCK_MS;
      return [queue.renew(lockId), held?.lock?.until];
    }
    case "receiveDeferred": {
      const numbers = model.numbersAt(next.places, inPart, "deferred");
      const deferred = model.all(numbers, inPart, "deferred");
      for (const message of deferred ?? []) model.lock(message);
      const received = queue.receiveDeferred(numbers);
      return [received?.map(({ message }) => message.sequenceNumber), numbersOf(deferred)];
    }
    case "receiveAndDeleteDeferred": {
      const numbers = model.numbersAt(next.places, inPart, "deferred");
      const deferred = model.all(numbers, inPart, "deferred");
      model.take(...(deferred ?? []));
      const taken = queue.receiveAndDeleteDeferred(numbers);
      return [taken?.map(({ sequenceNumber }) => sequenceNumber), numbersOf(deferred)];
    }
    case "cancel": {
      const numbers = model.numbersAt(next.places, inPart, "scheduled");
      const scheduled = model.all(numbers, inPart, "scheduled");
      model.take(...(scheduled ?? []));
      return [queue.cancel(numbers), scheduled !== undefined];
    }
    case "pass":
      for (let passed = 0; passed < next.ms; passed += 100) {
        clock.now += 100;
        queue.sweep();
      }
      model.pass(next.ms);
      return [undefined, undefined];
    case "clear":
      queue.clear();
      model.clear();
      return [undefined, undefined];
    case "restart":
      subject.restart();
      model.restart();
      return [undefined, undefined];
    default:
      return next satisfies never;
  }
}

function queueOf({ queue }: ReturnType<typeof aDurableQueue>, part: Part) {
  if (part === "main") return queue;
  assert.ok(queue.deadLetters);
  return queue.deadLetters;
}

const numbersOf = (messages: readonly ModelMessage[] | undefined) =>
  messages?.map(({ number }) => number);

function settle(message: ModelMessage, how: Extract<Step, { do: "settle" }>["how"], model: Model) {
  switch (how) {
    case "complete":
      model.take(message);
      break;
    case "abandon":
      model.fail(message);
      break;
    case "release":
      model.giveBack(message);
      break;
    case "defer":
      message.deliveries += 1;
      message.state = "deferred";
      model.giveBack(message);
      break;
    case "deadLetter":
      model.bury(message, "");
      break;
  }
}

function shown(subject: ReturnType<typeof aDurableQueue>): unknown {
  const show = (part: Part) =>
    queueOf(subject, part)
      .peek(0, 1_000)
      .map(({ sequenceNumber, content, deliveryCount, state }) => [
        sequenceNumber,
        textOf(content),
        deliveryCount,
        state.name,
      ]);
  return { main: show("main"), dead: show("dead") };
}
