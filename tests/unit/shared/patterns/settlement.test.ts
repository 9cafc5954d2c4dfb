import { describe, expect, it } from "vitest";
import { ParkError, RetryableError, TerminalError } from "../../../../shared/errors.ts";
import {
  type Delivery,
  decideSettlement,
  type SettlementLimits,
} from "../../../../shared/patterns/settlement.ts";

const NOW = 1_731_924_800_000;

const limits: SettlementLimits = {
  baseDelayMs: 1_000,
  maxDelayMs: 300_000,
  maxAttempts: 5,
  parkDelayMs: 5_000,
  parkMaxAgeMs: 3 * 24 * 60 * 60 * 1_000,
  reconcileMaxAgeMs: 24 * 60 * 60 * 1_000,
};

const first: Delivery = { id: "order", attempt: 1, hop: 0, firstSeenAt: NOW, history: [] };
const down = new RetryableError("warehouse", "warehouse answered 503");
const busy = new ParkError("order-busy", "another event is at work");

const decide = (error: unknown, delivery: Delivery = first, random = 0, now = NOW) =>
  decideSettlement(error, delivery, limits, { now, random });

/** All copies of a message whose handler always throws this. */
function lineageOf(error: unknown, copies: number) {
  const delays: number[] = [];
  const deliveries = [first];
  for (let copy = 0; copy < copies; copy++) {
    const settlement = decide(error, deliveries.at(-1));
    if (settlement.action !== "schedule") return { delays, deliveries, settlement };
    delays.push(settlement.delayMs);
    deliveries.push(settlement.copy);
  }
  return { delays, deliveries, settlement: undefined };
}

describe("a target's failure", () => {
  it("is retried after 1, 2, 4, 8 seconds and then dead-lettered with its last cause", () => {
    const { delays, settlement } = lineageOf(down, 10);

    expect(delays).toEqual([1_000, 2_000, 4_000, 8_000]);
    expect(settlement).toEqual({
      action: "dead-letter",
      reason: "attempts-exhausted",
      description: "5 attempts; last cause warehouse: warehouse answered 503",
    });
  });

  it("spends an attempt and leaves its cause in the history", () => {
    const { deliveries } = lineageOf(down, 3);

    expect(deliveries.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4]);
    expect(deliveries.at(-1)?.history).toEqual([
      { attempt: 1, at: NOW, code: "warehouse" },
      { attempt: 2, at: NOW, code: "warehouse" },
      { attempt: 3, at: NOW, code: "warehouse" },
    ]);
  });

  it("is retried no sooner than the target asks", () => {
    const throttled = new RetryableError("dataverse", "429", { retryAfterMs: 42_000 });

    expect(decide(throttled)).toMatchObject({ action: "schedule", delayMs: 42_000 });
  });

  it("counts the attempts of the record where those are more", () => {
    const known = new RetryableError("warehouse", "503", { attempt: 4 });

    expect(decide(known)).toMatchObject({ delayMs: 8_000, copy: { attempt: 5 } });
    expect(decide(new RetryableError("warehouse", "503", { attempt: 5 }))).toMatchObject({
      reason: "attempts-exhausted",
    });
  });

  it.each([new TypeError("x is not a function"), "a string", undefined])(
    "may be anything unknown: %s",
    (error) => {
      expect(decide(error)).toMatchObject({ action: "schedule", copy: { attempt: 2 } });
    },
  );
});

describe("a failure that leaves open what has happened", () => {
  const call = { target: "inventory", path: "/reservations/a", key: "a" };
  const lost = new RetryableError("inventory", "inventory did not answer", { uncertain: call });
  const last = { ...first, attempt: limits.maxAttempts };

  it("is tried again like any other while attempts are left", () => {
    expect(decide(lost)).toMatchObject({ action: "schedule", copy: { attempt: 2 } });
  });

  it("keeps the message aside when they end, with its attempts to start over", () => {
    expect(decide(lost, last)).toMatchObject({
      action: "reconcile",
      call,
      copy: { id: "order~1", attempt: 1, uncertain: { call, since: NOW } },
    });
  });

  it("counts its time from the first such end, and is a dead letter when that is over", () => {
    const again = { ...last, uncertain: { call, since: NOW - limits.reconcileMaxAgeMs + 1 } };
    const overdue = { ...last, uncertain: { call, since: NOW - limits.reconcileMaxAgeMs } };

    expect(decide(lost, again)).toMatchObject({
      action: "reconcile",
      copy: { uncertain: again.uncertain },
    });
    expect(decide(lost, overdue)).toMatchObject({
      action: "dead-letter",
      reason: "outcome-unknown",
    });
  });

  it("is not forgotten over failures of other kinds, parking, or one that comes last", () => {
    const uncertain = { call };
    const later = decide(lost, { ...first, uncertain });

    expect(decide(lost)).toMatchObject({ copy: { uncertain } });
    expect(later).toMatchObject({ copy: { uncertain } });
    expect([down, busy].map((error) => decide(error, { ...first, uncertain }))).toMatchObject([
      { action: "schedule", copy: { attempt: 2, uncertain } },
      { action: "schedule", copy: { attempt: 1, uncertain } },
    ]);
    expect(decide(down, { ...last, uncertain })).toMatchObject({ action: "reconcile", call });
  });

  it("may be that of a probe, which parks", () => {
    const probe = new ParkError("breaker-open", "left alone while it is down", { cause: lost });
    const other = new ParkError("order-busy", "another key's call failed", { cause: lost });

    expect(decide(probe)).toMatchObject({ action: "schedule", copy: { uncertain: { call } } });
    expect(decide(other)).toHaveProperty("copy.uncertain", undefined);
  });

  it("has a day of its own for each call", () => {
    const known = { target: "inventory", path: "/reservations/b", key: "b" };
    const dayBefore = NOW - limits.reconcileMaxAgeMs;

    expect(decide(lost, { ...last, uncertain: { call: known, since: dayBefore } })).toMatchObject({
      action: "reconcile",
      call,
      copy: { uncertain: { call, since: NOW } },
    });
  });

  it("is a dead letter too when a breaker keeps the last attempt after that from being made", () => {
    const open = new ParkError("breaker-open", "inventory is left alone while it is down");
    const since = NOW - limits.reconcileMaxAgeMs;
    const overdue = { ...last, uncertain: { call, since } };
    const told = { ...overdue, attempt: 1 };
    const early = { ...last, uncertain: { call, since: since + 1 } };

    expect(decide(open, overdue)).toEqual({
      action: "dead-letter",
      reason: "outcome-unknown",
      description:
        "its last attempt was parked: breaker-open: inventory is left alone while it is down",
    });
    expect([told, early].map((delivery) => decide(open, delivery).action)).toEqual([
      "schedule",
      "schedule",
    ]);
    expect(decide(busy, overdue)).toMatchObject({ action: "schedule" });
  });
});

describe("a terminal error", () => {
  it("dead-letters at once under its own code", () => {
    expect(decide(new TerminalError("no-key", "the event has no correlation"))).toEqual({
      action: "dead-letter",
      reason: "no-key",
      description: "no-key: the event has no correlation",
    });
  });

  it("keeps its description short", () => {
    const settlement = decide(new TerminalError("invalid", "x".repeat(10_000)));

    expect(settlement).toHaveProperty("description.length", 1_024);
  });
});

describe("parking", () => {
  it("spends no attempt, however often, and gives every copy an id of its own", () => {
    const { deliveries } = lineageOf(busy, 50);

    expect(new Set(deliveries.map(({ attempt }) => attempt))).toEqual(new Set([1]));
    expect(new Set(deliveries.map(({ id }) => id)).size).toBe(51);
    expect(deliveries.at(-1)).toMatchObject({ id: "order~50", hop: 50, history: [] });
  });

  it("waits no shorter than asked, in a crowd that is spread all the same, and no longer than it may park", () => {
    const asked = (afterMs: number) => new ParkError("storage-unavailable", "429", { afterMs });

    expect([0, 0.5].map((random) => decide(asked(20_000), first, random))).toMatchObject([
      { delayMs: 20_000 },
      { delayMs: 22_500 },
    ]);
    expect(decide(asked(31_536_000_000), first, 0)).toMatchObject({ delayMs: limits.parkMaxAgeMs });
  });

  it("waits around its interval", () => {
    expect([0, 0.5].map((random) => decide(busy, first, random))).toMatchObject([
      { delayMs: 2_500 },
      { delayMs: 5_000 },
    ]);
  });

  it("ends after the maximum age, to the millisecond, as parked too long", () => {
    const ages = [limits.parkMaxAgeMs - 1, limits.parkMaxAgeMs];

    expect(ages.map((age) => decide(busy, first, 0, NOW + age))).toMatchObject([
      { action: "schedule" },
      { action: "dead-letter", reason: "parked-too-long" },
    ]);
  });
});
