import { describe, expect, it } from "vitest";
import { aQueue } from "./testQueue.ts";

describe("receiving", () => {
  it("delivers in the order sent, each message to one receiver", () => {
    const { queue, send } = aQueue();
    for (const content of ["a", "b", "c"]) send(content);

    const received = [queue.receive(), queue.receive(), queue.receive(), queue.receive()];

    expect(received.map((locked) => locked?.message.content)).toEqual(["a", "b", "c", undefined]);
    expect(new Set(received.map((locked) => locked?.lock.id)).size).toBe(4);
  });

  it("takes a message out at once in receive-and-delete", () => {
    const { queue, send, contents } = aQueue();
    send("a");

    const message = queue.receiveAndDelete();

    expect(message?.content).toBe("a");
    expect(contents()).toEqual([]);
  });

  it("tells of every message that becomes available", () => {
    const { queue, send, lockNext } = aQueue();
    send("a");
    const { lock } = lockNext();
    queue.settle(lock.id, { kind: "release" });

    expect(lockNext().message).toMatchObject({ content: "a", deliveryCount: 0 });
  });
});

describe("settling", () => {
  it("completes a message for good", () => {
    const { queue, send, lockNext, contents } = aQueue();
    send("a");

    expect(queue.settle(lockNext().lock.id, { kind: "complete" })).toBe(true);

    expect(contents()).toEqual([]);
    expect(queue.counts()).toEqual({ active: 0, locked: 0, scheduled: 0, deferred: 0 });
  });

  it("puts an abandoned message back in its place with one more delivery", () => {
    const { queue, send, lockNext } = aQueue();
    send("a");
    send("b");

    queue.settle(lockNext().lock.id, { kind: "abandon", change: (content) => `${content}+` });

    expect(lockNext().message).toMatchObject({ content: "a+", deliveryCount: 1 });
  });

  it("dead-letters a message with what the receiver says, under its old number", () => {
    const { queue, send, lockNext, contents, deadLetters } = aQueue();
    const number = send("a");

    queue.settle(lockNext().lock.id, { kind: "deadLetter", change: () => "a: no such order" });

    expect(contents()).toEqual([]);
    expect(deadLetters()).toEqual(["a: no such order"]);
    expect(queue.deadLetters?.receive()?.message.sequenceNumber).toBe(number);
  });

  it("dead-letters a message that failed as often as it may", () => {
    const { queue, send, lockNext, deadLetters } = aQueue({ maxDeliveryCount: 2 });
    send("a");

    for (let delivery = 1; delivery <= 2; delivery += 1) {
      queue.settle(lockNext().lock.id, { kind: "abandon" });
    }

    expect(queue.receive()).toBeUndefined();
    expect(deadLetters()).toEqual(["a!MaxDeliveryCountExceeded"]);
  });

  it("refuses a second settlement", () => {
    const { queue, send, lockNext } = aQueue();
    send("a");
    const { lock } = lockNext();
    queue.settle(lock.id, { kind: "complete" });

    expect(queue.settle(lock.id, { kind: "complete" })).toBe(false);
  });

  it("never dead-letters out of the dead-letter queue", () => {
    const { queue, send, lockNext } = aQueue({ maxDeliveryCount: 1 });
    send("a");
    queue.settle(lockNext().lock.id, { kind: "abandon" });
    const deadLetters = queue.deadLetters;

    for (let delivery = 1; delivery <= 5; delivery += 1) {
      const locked = deadLetters?.receive();
      deadLetters?.settle(locked?.lock.id ?? 0, { kind: "abandon" });
    }

    expect(deadLetters?.counts().active).toBe(1);
  });
});

describe("locks", () => {
  it("stand when the settlement's change fails, so that the message can still be settled", () => {
    const { queue, send, lockNext } = aQueue();
    send("a");
    const { lock } = lockNext();
    const change = () => {
      throw new Error("cannot be encoded");
    };

    expect(() => queue.settle(lock.id, { kind: "abandon", change })).toThrow("cannot be encoded");

    expect(queue.counts()).toMatchObject({ active: 0, locked: 1 });
    expect(queue.settle(lock.id, { kind: "complete" })).toBe(true);
  });

  it("end on time without a sweep: a settlement at that moment is too late", () => {
    const { queue, clock, send, lockNext } = aQueue({ lockDurationMs: 1_000 });
    send("a");
    const { lock } = lockNext();

    clock.now += 1_000;

    expect(queue.settle(lock.id, { kind: "complete" })).toBe(false);
    expect(lockNext().message).toMatchObject({ content: "a", deliveryCount: 1 });
  });

  it("end by a sweep that is asked for in time", () => {
    const { queue, send, lockNext, pass } = aQueue({ lockDurationMs: 1_000 });
    send("a");
    const { lock } = lockNext();

    expect(queue.nextDueAt()).toBe(lock.until);
    pass(1_000);

    expect(queue.counts()).toMatchObject({ active: 1, locked: 0 });
  });

  it("last another duration when renewed", () => {
    const { queue, clock, send, lockNext, pass } = aQueue({ lockDurationMs: 1_000 });
    send("a");
    const { lock } = lockNext();

    pass(900);
    expect(queue.renew(lock.id)).toBe(clock.now + 1_000);
    pass(900);

    expect(queue.settle(lock.id, { kind: "complete" })).toBe(true);
  });

  it("cannot be renewed once they ended", () => {
    const { queue, clock, send, lockNext } = aQueue({ lockDurationMs: 1_000 });
    send("a");
    const { lock } = lockNext();

    clock.now += 1_000;

    expect(queue.renew(lock.id)).toBeUndefined();
  });
});

describe("deferring", () => {
  it("sets a message aside until its number is asked for, and counts as a delivery", () => {
    const { queue, send, lockNext } = aQueue();
    const number = send("a");
    queue.settle(lockNext().lock.id, { kind: "defer" });

    expect(queue.receive()).toBeUndefined();
    const [locked] = queue.receiveDeferred([number]) ?? [];
    expect(locked?.message).toMatchObject({ content: "a", deliveryCount: 1 });
  });

  it("keeps a deferred message deferred when its lock ends", () => {
    const { queue, send, lockNext, pass } = aQueue({ lockDurationMs: 1_000 });
    const number = send("a");
    queue.settle(lockNext().lock.id, { kind: "defer" });
    queue.receiveDeferred([number]);

    pass(1_000);

    expect(queue.receive()).toBeUndefined();
    expect(queue.receiveDeferred([number])).toHaveLength(1);
  });

  it("gives all messages asked for or none", () => {
    const { queue, send, lockNext } = aQueue();
    const number = send("a");
    queue.settle(lockNext().lock.id, { kind: "defer" });

    expect(queue.receiveDeferred([number, 99])).toBeUndefined();
    expect(queue.receiveAndDeleteDeferred([number])).toHaveLength(1);
    expect(queue.receiveDeferred([number])).toBeUndefined();
  });
});

describe("scheduling", () => {
  it("holds a message back until its time, then appends it under a new number", () => {
    const { queue, clock, send, lockNext, pass } = aQueue();
    const scheduled = send("later", { scheduledAt: clock.now + 500 });
    const meanwhile = send("now");

    expect(lockNext().message.content).toBe("now");
    expect(queue.receive()).toBeUndefined();
    pass(500);

    const { message } = lockNext();
    expect(message).toMatchObject({ content: "later", enqueuedAt: clock.now });
    expect(message.sequenceNumber).toBeGreaterThan(Math.max(scheduled, meanwhile));
  });

  it("delivers at once what is scheduled for the past", () => {
    const { clock, send, lockNext } = aQueue();
    send("a", { scheduledAt: clock.now });

    expect(lockNext().message.content).toBe("a");
  });

  it("cancels all messages named or none", () => {
    const { queue, clock, send, pass } = aQueue();
    const number = send("a", { scheduledAt: clock.now + 500 });

    expect(queue.cancel([number, number + 1])).toBe(false);
    expect(queue.counts().scheduled).toBe(1);
    expect(queue.cancel([number])).toBe(true);
    pass(500);

    expect(queue.counts()).toEqual({ active: 0, locked: 0, scheduled: 0, deferred: 0 });
  });

  it("cannot cancel a message that became available", () => {
    const { queue, clock, send, pass } = aQueue();
    const number = send("a", { scheduledAt: clock.now + 500 });
    pass(500);

    expect(queue.cancel([number])).toBe(false);
  });
});

describe("duplicate detection", () => {
  it("drops a copy silently, also when the first was received long since", () => {
    const { queue, send, lockNext, contents } = aQueue({ duplicateDetectionWindowMs: 5_000 });
    send("first", { messageId: "same" });
    queue.settle(lockNext().lock.id, { kind: "complete" });

    const number = send("second", { messageId: "same" });

    expect(number).toBeGreaterThan(0);
    expect(contents()).toEqual([]);
  });

  it("drops a scheduled copy, and a copy of a scheduled message", () => {
    const { queue, clock, send } = aQueue({ duplicateDetectionWindowMs: 5_000 });
    send("first", { messageId: "same", scheduledAt: clock.now + 500 });

    send("second", { messageId: "same" });
    send("third", { messageId: "same", scheduledAt: clock.now + 500 });

    expect(queue.counts()).toMatchObject({ active: 0, scheduled: 1 });
  });

  it("forgets an id when the window has passed since its first message", () => {
    const { clock, send, contents } = aQueue({ duplicateDetectionWindowMs: 5_000 });
    send("first", { messageId: "same" });
    clock.now += 3_000;
    send("dropped", { messageId: "same" });
    clock.now += 2_000;

    send("second", { messageId: "same" });

    expect(contents()).toEqual(["first", "second"]);
  });
});

describe("time to live", () => {
  it("dead-letters an expired message with the reason", () => {
    const { queue, send, pass, deadLetters } = aQueue();
    send("a", { timeToLiveMs: 100 });

    pass(100);

    expect(queue.counts().active).toBe(0);
    expect(deadLetters()).toEqual(["a!TTLExpiredException"]);
  });

  it("drops an expired message where the queue does not dead-letter it", () => {
    const { send, pass, contents, deadLetters } = aQueue({
      deadLetteringOnMessageExpiration: false,
    });
    send("a", { timeToLiveMs: 100 });

    pass(100);

    expect([contents(), deadLetters()]).toEqual([[], []]);
  });

  it("ends without a sweep: an expired message is never delivered", () => {
    const { queue, clock, send } = aQueue();
    send("a", { timeToLiveMs: 100 });

    clock.now += 100;

    expect(queue.receive()).toBeUndefined();
  });

  it("is the queue's where that is shorter", () => {
    const { send, lockNext, clock } = aQueue({ defaultMessageTimeToLiveMs: 1_000 });
    send("a", { timeToLiveMs: 50_000 });

    expect(lockNext().message.expiresAt).toBe(clock.now + 1_000);
  });

  it("lets the receiver that holds the message finish", () => {
    const { queue, send, lockNext, pass } = aQueue({ lockDurationMs: 1_000 });
    send("a", { timeToLiveMs: 100 });
    const { lock } = lockNext();

    pass(500);

    expect(queue.settle(lock.id, { kind: "complete" })).toBe(true);
  });

  it("expires a message that comes back too late", () => {
    const { queue, send, lockNext, pass, deadLetters } = aQueue({ lockDurationMs: 1_000 });
    send("a", { timeToLiveMs: 100 });
    const { lock } = lockNext();
    pass(500);

    queue.settle(lock.id, { kind: "abandon" });

    expect(deadLetters()).toEqual(["a!TTLExpiredException"]);
  });

  it("starts for a scheduled message when it becomes available", () => {
    const { queue, clock, send, pass } = aQueue();
    send("a", { timeToLiveMs: 100, scheduledAt: clock.now + 5_000 });

    pass(5_000);

    expect(queue.receive()?.message.content).toBe("a");
  });
});

describe("peeking", () => {
  it("shows messages in every state by number and changes nothing", () => {
    const { queue, clock, send, lockNext } = aQueue();
    send("locked");
    send("deferred");
    send("active");
    send("scheduled", { scheduledAt: clock.now + 500 });
    lockNext();
    queue.settle(lockNext().lock.id, { kind: "defer" });

    const states = queue.peek(0, 10).map(({ content, state }) => [content, state.name]);

    expect(states).toEqual(
      ["locked", "deferred", "active", "scheduled"].map((name) => [name, name]),
    );
    expect(queue.peek(2, 2).map(({ content }) => content)).toEqual(["deferred", "active"]);
  });
});

describe("what a queue takes up", () => {
  it("is what its messages take up, dead letters too, whatever happens to them", () => {
    const { queue, clock, send, lockNext } = aQueue({}, (content) => content.length);
    const sizes = [queue.bytes()];
    const note = () => sizes.push(queue.bytes());

    send("12345");
    send("123", { scheduledAt: clock.now + 1 });
    note();
    queue.settle(lockNext().lock.id, { kind: "abandon", change: (content) => `${content}67890` });
    note();
    queue.settle(lockNext().lock.id, { kind: "deadLetter", change: () => "1" });
    note();
    clock.now += 1;
    queue.sweep();
    queue.receiveAndDelete();
    note();
    queue.clear();
    note();

    expect(sizes).toEqual([0, 8, 13, 4, 1, 0]);
  });
});

describe("clearing", () => {
  it("empties the queue and its dead letters and ends every lock", () => {
    const { queue, clock, send, lockNext, contents, deadLetters } = aQueue();
    send("a");
    send("b");
    send("c", { scheduledAt: clock.now + 500 });
    queue.settle(lockNext().lock.id, { kind: "deadLetter" });
    const { lock } = lockNext();

    queue.clear();

    expect([contents(), deadLetters()]).toEqual([[], []]);
    expect(queue.settle(lock.id, { kind: "complete" })).toBe(false);
    expect(queue.nextDueAt()).toBeUndefined();
  });
});
