import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  foldSamples,
  mergeTotals,
  type Sample,
  type Window,
  windowId,
  windowStart,
} from "../../../../shared/patterns/window.ts";
import { everyHistory, unhurried } from "../../../support/everyHistory.ts";

const rules = { sizeMs: 60_000, latenessMs: 600_000, aheadMs: 60_000 };
const enqueuedAt = 1_790_000_000_000;
const nothing = { lastSequence: -1, windows: new Map<string, Window>() };

function aSample(part: Partial<Sample> = {}): Sample {
  return { sequenceNumber: 0, enqueuedAt, series: "a", at: enqueuedAt, value: 1n, ...part };
}

describe("the time of a sample", () => {
  it.each([
    [-600_000, undefined],
    [-600_001, "late"],
    [60_000, undefined],
    [60_001, "future"],
  ])("%i ms from the broker's stamp is %s", (offset, reason) => {
    const folded = foldSamples(nothing, [aSample({ at: enqueuedAt + offset })], rules);

    expect(folded.untimely[0]?.reason).toBe(reason);
    expect(folded.added).toBe(reason === undefined ? 1 : 0);
    expect(folded.changed.size).toBe(reason === undefined ? 1 : 0);
  });

  it("puts a boundary into the window that it opens", () => {
    expect(windowStart(119_999, 60_000)).toBe(60_000);
    expect(windowStart(120_000, 60_000)).toBe(120_000);
  });
});

describe("a repetition", () => {
  it("adds nothing up to the partition's last sequence number", () => {
    const folded = foldSamples(
      { ...nothing, lastSequence: 7 },
      [aSample({ sequenceNumber: 7 }), aSample({ sequenceNumber: 8 })],
      rules,
    );

    expect(folded.added).toBe(1);
  });

  it("adds nothing to a window that has it already, though the partition does not know yet", () => {
    const { changed } = foldSamples(nothing, [aSample({ sequenceNumber: 3 })], rules);

    const again = foldSamples(
      { lastSequence: -1, windows: changed },
      [aSample({ sequenceNumber: 3 })],
      rules,
    );

    expect(again.changed.size).toBe(0);
  });

  it("adds nothing within one batch", () => {
    const folded = foldSamples(nothing, [aSample(), aSample()], rules);

    expect(folded.added).toBe(1);
  });
});

const minute = fc.integer({ min: -15, max: 3 });
const stream = fc
  .array(
    fc.record({
      series: fc.constantFrom("a", "b", "c"),
      minute,
      value: fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
    }),
    {
      minLength: 1,
      maxLength: 24,
      size: "max",
    },
  )
  .map((events) =>
    events.map(({ series, minute, value }, sequenceNumber) =>
      aSample({
        sequenceNumber,
        series,
        value,
        enqueuedAt: enqueuedAt + sequenceNumber,
        at: enqueuedAt + minute * 60_000,
      }),
    ),
  );
/** Deliveries as [from, length, how many windows get durable before a crash or all]. */
const deliveries = fc.array(
  fc.record({
    from: fc.nat(23),
    length: fc.integer({ min: 1, max: 12 }),
    crashAfter: fc.option(fc.nat(3)),
  }),
  { maxLength: 8, size: "max" },
);

it(
  "keeps the same totals however the stream is cut, repeated or interrupted between two writes",
  unhurried,
  () =>
    everyHistory(
      fc.property(stream, deliveries, (events, cuts) => {
        const windows = new Map<string, Window>();
        let lastSequence = -1;
        // a broker goes back at will, but never past what was not yet taken
        for (const { from, length, crashAfter } of [
          ...cuts,
          { from: 0, length: events.length, crashAfter: null },
        ]) {
          const start = Math.min(from, lastSequence + 1);
          const batch = events.slice(start, start + length);
          const { changed } = foldSamples({ lastSequence, windows }, batch, rules);
          const durable = crashAfter === null ? [...changed] : [...changed].slice(0, crashAfter);
          for (const [id, window] of durable) windows.set(id, window);
          if (crashAfter === null) lastSequence = Math.max(lastSequence, start + batch.length - 1);
        }

        expect(totals(windows)).toEqual(offline(events));
      }),
    ),
);

function totals(windows: ReadonlyMap<string, Window>) {
  return Object.fromEntries(
    [...windows].map(([id, { count, sum, min, max }]) => [id, { count, sum, min, max }]),
  );
}

/** The same totals from the whole stream at once, by other means. */
function offline(events: readonly Sample[]) {
  const values = Map.groupBy(
    events.filter(
      ({ at, enqueuedAt }) =>
        at >= enqueuedAt - rules.latenessMs && at <= enqueuedAt + rules.aheadMs,
    ),
    ({ series, at }) => windowId({ series, start: at - (at % rules.sizeMs) }),
  );
  return Object.fromEntries(
    [...values].map(([id, samples]) => {
      const sorted = samples.map(({ value }) => value).toSorted((a, b) => (a < b ? -1 : 1));
      return [
        id,
        {
          count: sorted.length,
          sum: sorted.reduce((sum, value) => sum + value, 0n),
          min: sorted[0],
          max: sorted.at(-1),
        },
      ];
    }),
  );
}

it("merges the windows of several partitions into the totals of all their samples", () => {
  const a = { count: 2, sum: 5n, min: -1n, max: 6n };
  const b = { count: 1, sum: 7n, min: 7n, max: 7n };

  expect(mergeTotals(a, b)).toEqual({ count: 3, sum: 12n, min: -1n, max: 7n });
  expect(mergeTotals(undefined, b)).toEqual(b);
});
