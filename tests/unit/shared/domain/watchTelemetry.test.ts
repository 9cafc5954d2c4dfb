import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AlertNews, AlertRule } from "../../../../shared/domain/telemetryAlert.ts";
import type { StreamEvent } from "../../../../shared/domain/telemetryBatch.ts";
import {
  alertId,
  type Watched,
  type WatchState,
  watchEvents,
} from "../../../../shared/domain/watchTelemetry.ts";
import { beginning, continueFrom } from "../../../../shared/patterns/streamPosition.ts";
import { everyHistory, unhurried } from "../../../support/everyHistory.ts";

const nothing: WatchState = { now: 0, watched: new Map() };

function aRule(part: Partial<AlertRule> = {}): AlertRule {
  return AlertRule.parse({ name: "slow", metric: "ms", count: 2, withinMs: 10, ...part });
}

type Part = Partial<{ metric: string; key: string; value: string }>;

function anEvent(sequenceNumber: number, enqueuedAt: number, part: Part = {}): StreamEvent {
  const event = { schema: 1, metric: "ms", key: "k", value: "1", at: 0, ...part } as const;
  return { kind: "event", sequenceNumber, enqueuedAt, event };
}

function poison(sequenceNumber: number, enqueuedAt: number): StreamEvent {
  return { kind: "unreadable", sequenceNumber, enqueuedAt, reason: "", detail: "", body: "" };
}

function newsOf(events: readonly StreamEvent[], ...rules: AlertRule[]) {
  return watchEvents(nothing, events, rules).news.map(({ kind, key, at }) => [kind, key, at]);
}

describe("a reading counts", () => {
  it.each([
    ["above", "1.5", "1.500000000001", "1.5"],
    ["below", "-1", "-1.01", "-1"],
    ["above", "9007199254740992", "9007199254740993", "9007199254740992"],
  ] as const)("%s %s when it is %s, not when it is %s", (side, limit, beyond, at) => {
    const rule = aRule({ count: 1, [side]: limit });

    expect(newsOf([anEvent(0, 100, { value: beyond })], rule)).toEqual([["raised", "k", 100]]);
    expect(newsOf([anEvent(0, 100, { value: at })], rule)).toEqual([]);
  });

  it("whatever its value where the rule has no limit, and for its metric and key only", () => {
    const rule = aRule({ count: 1, key: "a" });
    const parts = [{ key: "a", value: "-7" }, { key: "b" }, { key: "a", metric: "other" }];

    const news = newsOf(
      parts.map((part, index) => anEvent(index, index, part)),
      rule,
    );

    expect(news).toEqual([["raised", "a", 0]]);
  });

  it("for its own key alone where the rule names none", () => {
    const events = [anEvent(0, 0, { key: "a" }), anEvent(1, 1, { key: "b" })];

    expect(newsOf([...events, anEvent(2, 2, { key: "b" })], aRule())).toEqual([["raised", "b", 2]]);
  });

  it("for every rule that it meets", () => {
    const rules = [aRule({ name: "one", count: 1 }), aRule({ name: "two", count: 1 })];

    expect(newsOf([anEvent(0, 0)], ...rules)).toHaveLength(2);
  });
});

describe("an alert", () => {
  const rule = aRule({ clearAfterMs: 100 });

  it("is raised by as many readings as the rule says, if they come close enough together", () => {
    expect(newsOf([anEvent(0, 0), anEvent(1, 10)], rule)).toEqual([]);
    expect(newsOf([anEvent(0, 0), anEvent(1, 9)], rule)).toEqual([["raised", "k", 9]]);
  });

  it("is raised once, however long its condition goes on", () => {
    const events = Array.from({ length: 500 }, (_, index) => anEvent(index, index * 5));

    expect(newsOf(events, rule)).toEqual([["raised", "k", 5]]);
  });

  it("is cleared once its condition has been away long enough, by whatever event comes then", () => {
    const raised = [anEvent(0, 0), anEvent(1, 5)];

    expect(newsOf([...raised, poison(2, 104)], rule)).toHaveLength(1);
    expect(newsOf([...raised, poison(2, 105), poison(3, 300)], rule)).toEqual([
      ["raised", "k", 5],
      ["cleared", "k", 105],
    ]);
  });

  it("does not flap while single readings go on, and is raised anew after it was cleared", () => {
    const times = [0, 5, 60, 104, 200, 205];

    const news = newsOf(
      times.map((at, index) => anEvent(index, at)),
      rule,
    );

    expect(news).toEqual([
      ["raised", "k", 5],
      ["cleared", "k", 105],
      ["raised", "k", 205],
    ]);
  });
});

const rules = [
  aRule({ name: "any", count: 1, clearAfterMs: 4 }),
  aRule({ name: "three of a", key: "a", count: 3, withinMs: 8, clearAfterMs: 40 }),
  aRule({ name: "high", above: "5", count: 2, withinMs: 5, clearAfterMs: 3 }),
];

const streamWith = (...gaps: readonly number[]) =>
  fc
    .array(
      fc.record({
        gap: fc.constantFrom(...gaps),
        key: fc.constantFrom("a", "b"),
        value: fc.integer({ min: 0, max: 9 }).map(String),
        isPoison: fc.constantFrom(true, false, false, false),
      }),
      { minLength: 5, maxLength: 30, size: "max" },
    )
    .map((events) => {
      let at = 1_000;
      return events.map(({ gap, isPoison, ...part }, index) => {
        at += gap;
        return isPoison ? poison(index, at) : anEvent(index, at, part);
      });
    });
const deliveriesWith = (restart: fc.Arbitrary<boolean>) =>
  fc.array(fc.record({ back: fc.nat(20), length: fc.integer({ min: 1, max: 12 }), restart }), {
    maxLength: 8,
    size: "max",
  });
/** What kept nothing leaves no stamp behind, so a restart forgets how far a clock that goes back had been. */
const course = fc.oneof(
  fc.tuple(streamWith(0, 1, 1, 2, 3, 9), deliveriesWith(fc.boolean())),
  fc.tuple(streamWith(-1, 0, 1, 1, 2, 3, 9), deliveriesWith(fc.constant(false))),
);

it(
  "gives the same news however the stream is cut and repeated, though only what changes something is kept",
  unhurried,
  () =>
    everyHistory(
      fc.property(course, ([events, cuts]) => {
        const told: AlertNews[] = [];
        let kept = { position: beginning, watched: new Map<string, Watched>() };
        let { position, watched } = kept;
        let delivered = 0;
        for (const { back, length, restart } of [
          ...cuts,
          { back: 0, length: events.length, restart: false },
        ]) {
          if (restart) ({ position, watched } = kept);
          const from = Math.max(0, delivered - back); // the host goes back at will, but passes nothing over
          const batch = events.slice(from, from + length);
          delivered = Math.max(delivered, from + batch.length);
          const { fresh, next } = continueFrom(position, batch);
          const known = { now: position.lastEnqueuedAt, watched };
          const { changed, news } = watchEvents(known, fresh, rules);
          told.push(...news);
          position = next;
          const all = [...watched, ...changed];
          watched = new Map(all.filter(([, { lapsesAt }]) => lapsesAt > next.lastEnqueuedAt));
          if (changed.size + news.length > 0) kept = { position, watched };
        }

        expect(sorted(told)).toEqual(sorted(rules.flatMap((rule) => judged(rule, events))));
      }),
    ),
);

const sorted = (news: readonly Pick<AlertNews, "kind" | "name" | "key" | "at">[]) =>
  news.map(({ kind, name, key, at }) => `${at} ${alertId(name, { metric: kind, key })}`).toSorted();

/** The same from the whole stream at once, by other means: intervals in which the condition was met, joined. */
function judged(rule: AlertRule, events: readonly StreamEvent[]) {
  const end = Math.max(...events.map(({ enqueuedAt }) => enqueuedAt));
  return ["a", "b"].flatMap((key) => {
    const times = events.flatMap((one, index) => {
      if (one.kind === "unreadable" || one.event.key !== key || (rule.key ?? key) !== key)
        return [];
      if (rule.above !== undefined && Number(one.event.value) <= Number(rule.above)) return [];
      return Math.max(...events.slice(0, index + 1).map(({ enqueuedAt }) => enqueuedAt));
    });
    const met = times.filter((at, index) => {
      const first = times[index - rule.count + 1];
      return first !== undefined && first > at - rule.withinMs;
    });
    const starts = met.filter((at, index) => at >= (met[index - 1] ?? 0) + rule.clearAfterMs);
    const ends = met
      .filter((at, index) => (met[index + 1] ?? Number.POSITIVE_INFINITY) >= at + rule.clearAfterMs)
      .map((at) => at + rule.clearAfterMs)
      .filter((at) => at <= end);
    return [
      ...starts.map((at) => ({ kind: "raised" as const, name: rule.name, key, at })),
      ...ends.map((at) => ({ kind: "cleared" as const, name: rule.name, key, at })),
    ];
  });
}
