import { describe, expect, it } from "vitest";
import { lineageOf } from "../../../../shared/adapters/messageDelivery.ts";
import {
  createMessageSettler,
  type MessageDelivery,
  type MessageHandler,
} from "../../../../shared/adapters/messageSettler.ts";
import type { OutgoingMessage } from "../../../../shared/adapters/serviceBusSender.ts";
import {
  ParkError,
  RetryableError,
  TerminalError,
  type UncertainCall,
} from "../../../../shared/errors.ts";
import type { Delivery } from "../../../../shared/patterns/settlement.ts";
import { fakeClock } from "../../../support/fakeClock.ts";
import { recordingContext } from "../../../support/recordingContext.ts";

const body = Buffer.from("{}");
const HOLD_MS = 15_000;

const limits = {
  baseDelayMs: 1_000,
  maxDelayMs: 300_000,
  maxAttempts: 3,
  parkDelayMs: 5_000,
  parkMaxAgeMs: 60_000,
  reconcileMaxAgeMs: 24 * 60 * 60 * 1_000,
};

function aQueue(handler: MessageHandler) {
  const clock = fakeClock();
  const scheduled: { readonly message: OutgoingMessage; readonly inMs: number }[] = [];
  const deadLettered: string[][] = [];
  const kept: { readonly call: UncertainCall; readonly message: OutgoingMessage }[] = [];
  const queue = { busDown: 0, settlementDown: false, tablesDown: false };
  const settler = createMessageSettler({
    sender: {
      send: async () => undefined,
      async schedule(message, enqueueAt) {
        if (queue.busDown-- > 0) throw new Error("the bus is down");
        scheduled.push({ message, inMs: enqueueAt - clock.now() });
      },
    },
    async deadLetter(...settled) {
      if (queue.settlementDown) throw new Error("no Settlement service");
      deadLettered.push(settled);
    },
    async keepUncertain(call, message) {
      if (queue.tablesDown) throw new Error("no table");
      kept.push({ call, message });
    },
    limits,
    clock,
    random: () => 0,
    holdMs: HOLD_MS,
  });
  const { context, lines } = recordingContext();
  return Object.assign(queue, {
    clock,
    scheduled,
    deadLettered,
    kept,
    lines,
    receive(triggerMetadata: Record<string, unknown> = {}, bytes = body) {
      Object.assign(context, {
        triggerMetadata: { messageId: "m", lockToken: "lock", ...triggerMetadata },
      });
      return settler(handler)(bytes, context);
    },
  });
}

/** The property that a copy carries. */
const aLineage = (lineage: Partial<Delivery>) => ({
  lineage: JSON.stringify({
    id: "m~1",
    attempt: 1,
    hop: 1,
    firstSeenAt: fakeClock().now(),
    ...lineage,
  }),
});

const lineagesOf = (sent: readonly { readonly message: OutgoingMessage }[]) =>
  sent.map(({ message }) => lineageOf(message.applicationProperties ?? {}));

const throwing = (error: unknown) => async () => {
  throw error;
};

describe("a handler that returns", () => {
  it("completes its message: no copy, no dead letter", async () => {
    const queue = aQueue(async () => undefined);

    await queue.receive();

    expect([queue.scheduled, queue.deadLettered]).toEqual([[], []]);
  });

  it("was given the bytes as they came", async () => {
    const bodies: Uint8Array[] = [];
    const queue = aQueue(async (bytes) => void bodies.push(bytes));

    await queue.receive();

    expect(bodies).toEqual([body]);
  });

  it.each([
    [{ deliveryCount: 1 }, false],
    [{ deliveryCount: 2 }, true],
    [{ deliveryCount: 1, applicationProperties: aLineage({ hop: 1 }) }, true],
  ])("was told whether the message came before: %j → %s", async (metadata, repeated) => {
    const deliveries: MessageDelivery[] = [];
    const queue = aQueue(async (_body, _context, delivery) => void deliveries.push(delivery));

    await queue.receive(metadata);

    expect(deliveries[0]?.repeated).toBe(repeated);
  });

  it("could ask beforehand which error would be the end", async () => {
    const reasons: (string | undefined)[] = [];
    const queue = aQueue(async (_body, _context, { deadLetterReason }) => {
      reasons.push(deadLetterReason(new RetryableError("warehouse", "503")));
      reasons.push(deadLetterReason(new TerminalError("invalid", "no")));
      reasons.push(deadLetterReason(new ParkError("order-busy", "busy")));
    });

    await queue.receive();
    await queue.receive({ applicationProperties: aLineage({ attempt: 3 }) });

    expect(reasons).toEqual([
      undefined,
      "invalid",
      undefined,
      "attempts-exhausted",
      "invalid",
      undefined,
    ]);
  });
});

describe("a handler that fails", () => {
  it("gets a copy scheduled with one attempt more, and its message completed", async () => {
    const queue = aQueue(throwing(new RetryableError("warehouse", "503")));

    await queue.receive();

    expect(queue.scheduled).toMatchObject([{ inMs: 1_000, message: { body, messageId: "m~1" } }]);
    expect(lineagesOf(queue.scheduled)).toMatchObject([{ attempt: 2, hop: 1 }]);
  });

  it("for no fault of a target gets a copy with the attempts untouched", async () => {
    const queue = aQueue(throwing(new ParkError("order-busy", "busy")));

    await queue.receive();

    expect(queue.scheduled).toMatchObject([{ inMs: 2_500 }]);
    expect(lineagesOf(queue.scheduled)).toMatchObject([{ attempt: 1, hop: 1 }]);
  });

  describe("for the last time with the outcome unknown", () => {
    const uncertain = { target: "inventory", path: "/reservations/a", key: "a" };
    const last = { applicationProperties: aLineage({ attempt: 3, hop: 2, id: "m~2" }) };
    const noAnswer = throwing(new RetryableError("inventory", "no answer", { uncertain }));

    it("has its message kept for another start once the outcome is known", async () => {
      const queue = aQueue(noAnswer);

      await queue.receive(last);

      expect(queue.kept).toMatchObject([{ call: uncertain, message: { body, messageId: "m~3" } }]);
      expect(lineagesOf(queue.kept)).toMatchObject([
        { attempt: 1, hop: 3, uncertain: { call: uncertain, since: queue.clock.now() } },
      ]);
      expect([queue.scheduled, queue.deadLettered]).toEqual([[], []]);
    });

    it("gets another last attempt while the message cannot be kept", async () => {
      const queue = aQueue(noAnswer);
      queue.tablesDown = true;

      await queue.receive(last);

      expect(queue.scheduled).toMatchObject([{ message: { messageId: "m~3" } }]);
      expect(lineagesOf(queue.scheduled)).toMatchObject([{ attempt: 3 }]);
    });

    it("still has it kept when another failure comes last, unless the call was answered meanwhile", async () => {
      const unanswered = { attempt: 3, hop: 2, id: "m~2", uncertain: { call: uncertain } };
      const queue = aQueue(async (bytes, _context, { answered }) => {
        answered(bytes.toString() === "{}" ? "a" : "another");
        throw new RetryableError("inventory", "429");
      });

      await queue.receive({ applicationProperties: aLineage(unanswered) }, Buffer.from("[]"));
      expect(queue.kept).toMatchObject([{ call: uncertain }]);
      await queue.receive({ applicationProperties: aLineage(unanswered) });

      expect(queue.kept).toHaveLength(1);
      expect(queue.deadLettered).toMatchObject([["lock", "attempts-exhausted", {}]]);
    });

    it("says so, instead of why the message would be dead-lettered", async () => {
      let told: unknown;
      const queue = aQueue(async (_body, _context, { deadLetterReason, startsOver }) => {
        const error = new RetryableError("inventory", "no answer", { uncertain });
        told = [deadLetterReason(error), startsOver(error), startsOver(new Error("other"))];
      });

      await queue.receive(last);

      expect(told).toEqual([undefined, true, false]);
    });
  });

  it("for good dead-letters its message by lock token, with reason and description", async () => {
    const queue = aQueue(throwing(new TerminalError("no-key", "no correlation")));

    await queue.receive();

    expect(queue.deadLettered).toEqual([["lock", "no-key", "no-key: no correlation"]]);
    expect(queue.scheduled).toEqual([]);
  });

  it("logs an event with its cause, and no payload", async () => {
    const queue = aQueue(throwing(new RetryableError("warehouse", "503")));

    await queue.receive();

    expect(queue.lines).toEqual([
      {
        level: "warning",
        event: "message scheduled again",
        details: { id: "m", attempt: 1, hop: 0, delayMs: 1_000, cause: "warehouse" },
      },
    ]);
  });

  it("logs a dead letter with its reason, and no payload", async () => {
    const queue = aQueue(throwing(new TerminalError("no-key", "no correlation")));

    await queue.receive();

    const told = { reason: "no-key", description: "no-key: no correlation" };
    expect(queue.lines).toEqual([
      {
        level: "error",
        event: "message dead-lettered",
        details: { id: "m", attempt: 1, hop: 0, ...told },
      },
    ]);
  });
});

describe("where settling is not possible", () => {
  it("leaves a dead letter to the entity when the host offers no settlement", async () => {
    const queue = aQueue(throwing(new TerminalError("no-key", "no correlation")));
    queue.settlementDown = true;

    await expect(queue.receive()).rejects.toThrow("could not dead-letter for no-key");
  });

  it("holds the message and tries once more when the copy cannot be scheduled", async () => {
    const queue = aQueue(throwing(new RetryableError("warehouse", "503")));
    queue.busDown = 1;

    const settled = queue.receive();
    await expect.poll(() => queue.busDown).toBe(0);
    expect(queue.scheduled).toEqual([]);
    queue.clock.advance(HOLD_MS);
    await settled;

    expect(queue.scheduled).toHaveLength(1);
  });

  it("gives the message back only after it was held", async () => {
    const queue = aQueue(throwing(new RetryableError("warehouse", "503")));
    queue.busDown = 2;

    const settled = queue.receive();
    await expect.poll(() => queue.busDown).toBe(1);
    queue.clock.advance(HOLD_MS);

    await expect(settled).rejects.toThrow("could not schedule the copy");
  });
});
