import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { createAlertReader } from "../../../shared/adapters/alertReader.ts";
import { createAlertTable } from "../../../shared/adapters/alertTable.ts";
import { createTable, type Table } from "../../../shared/adapters/tables.ts";
import type { Stream } from "../../../shared/adapters/telemetryRows.ts";
import { type AlertNews, AlertRule } from "../../../shared/domain/telemetryAlert.ts";
import type { StreamEvent } from "../../../shared/domain/telemetryBatch.ts";
import { createPersistence } from "../../../shared/patterns/persist.ts";
import { spiedTable, type TableFault } from "../../support/spiedTable.ts";
import { useAzurite } from "../../support/useAzurite.ts";

const start = 1_790_000_000_000;
const SECOND = 1_000;
const rules = [
  AlertRule.parse({ name: "hot", metric: "celsius", above: 100, count: 3, withinMs: 10 * SECOND }),
];

const azurite = useAzurite();
let table: Table;
let streams = 0;

beforeAll(() => {
  table = createTable(azurite.connection, "telemetry");
});

/** A stream of its own, so that tests share nothing. */
const aStream = (): Stream => ({ hub: `hub${++streams}`, consumerGroup: "watch" });

/** One process of the function that watches the stream. */
function aWatch(stream: Stream, fault?: TableFault) {
  const { spied, operations } = spiedTable(table, fault);
  const told: AlertNews[] = [];
  const watch = createAlertTable({ table: spied, stream, rules, newId: randomUUID });
  const deliver = (events: readonly StreamEvent[], partition = "0") =>
    watch({ partition, events }, (news) => told.push(news));
  return { deliver, told, operations };
}

type Part = Partial<{ key: string; value: string; enqueuedAt: number }>;

function anEvent(
  sequenceNumber: number,
  { enqueuedAt = start + sequenceNumber * SECOND, ...part }: Part = {},
): StreamEvent {
  const event = {
    schema: 1,
    metric: "celsius",
    key: "oven",
    value: "101",
    at: 0,
    ...part,
  } as const;
  return { kind: "event", sequenceNumber, enqueuedAt, event };
}

const someEvents = (count: number, part: (index: number) => Part = () => ({})) =>
  Array.from({ length: count }, (_, index) => anEvent(index, part(index)));

const alertsOf = (stream: Stream, from = start) =>
  createAlertReader(table, stream)({ from, limit: 1_000 });

const raised = { kind: "raised", name: "hot", metric: "celsius", key: "oven", value: "101" };

it("raises an alert once, and reads nothing while nobody else writes", async () => {
  const stream = aStream();
  const { deliver, told, operations } = aWatch(stream);
  const events = someEvents(9);
  await deliver(events.slice(0, 2));
  operations.length = 0;

  for (let from = 2; from < events.length; from++) await deliver(events.slice(from, from + 1));

  expect(told).toEqual([{ ...raised, at: start + 2 * SECOND }]);
  expect(operations).toEqual(Array.from({ length: 7 }, () => "submitTransaction"));
  expect(await alertsOf(stream)).toEqual([
    {
      name: "hot",
      metric: "celsius",
      key: "oven",
      value: "101",
      partition: "0",
      raisedAt: start + 2 * SECOND,
      until: start + 308 * SECOND,
    },
  ]);
});

it("costs no request while no reading counts, whether it can be read or not", async () => {
  const { deliver, told, operations } = aWatch(aStream());
  await deliver([anEvent(0)]);
  operations.length = 0;

  await deliver([anEvent(1, { value: "20" }), { ...poison, sequenceNumber: 2 }]);

  expect(operations).toEqual([]);
  expect(told).toEqual([]);
});

const poison: StreamEvent = {
  kind: "unreadable",
  sequenceNumber: 1,
  enqueuedAt: start + SECOND,
  reason: "malformed-json",
  detail: "the body is not valid JSON",
  body: "{oops",
};

it("goes past events that nobody can read", async () => {
  const { deliver, told } = aWatch(aStream());

  await deliver([anEvent(0), poison, anEvent(2), anEvent(3)]);

  expect(told).toEqual([{ ...raised, at: start + 3 * SECOND }]);
});

describe("nothing is raised twice", () => {
  it("when a restarted process gets all of it again, cut anew, and goes on from there", async () => {
    const stream = aStream();
    const events = someEvents(8);
    const before = aWatch(stream);
    await before.deliver(events.slice(0, 2));
    await before.deliver(events.slice(2, 5));

    const after = aWatch(stream);
    await after.deliver(events.slice(0, 4));
    await after.deliver(events.slice(4));

    expect(before.told).toHaveLength(1);
    expect(after.told).toEqual([]);
  });

  it("when a process counted the first readings and another one the last", async () => {
    const stream = aStream();
    const events = someEvents(3);
    await aWatch(stream).deliver(events.slice(0, 2));
    const { deliver, told } = aWatch(stream);

    await deliver(events.slice(1));

    expect(told).toEqual([{ ...raised, at: start + 2 * SECOND }]);
  });

  it("while a partition goes back and forth and the loser still writes", async () => {
    const stream = aStream();
    const events = someEvents(200, (index) => ({
      key: `oven-${Math.floor(index / 10)}`, // ten readings each, in a row
    }));
    const [one, other] = [aWatch(stream), aWatch(stream)];
    const untilDone = createPersistence({ budgetMs: 20_000, baseDelayMs: 5, maxDelayMs: 20 });

    for (let from = 0; from < events.length; from += 20) {
      const [owner, loser] = (from / 20) % 3 === 0 ? [one, other] : [other, one];
      await Promise.all([
        untilDone(() => owner.deliver(events.slice(from, from + 20))),
        untilDone(() => loser.deliver(events.slice(Math.max(0, from - 30), from + 10))),
      ]);
    }

    const keys = [...one.told, ...other.told].map(({ key }) => key);
    expect(keys.toSorted()).toEqual(
      Array.from({ length: 20 }, (_, oven) => `oven-${oven}`).toSorted(),
    );
    expect(await alertsOf(stream)).toHaveLength(20);
  });

  it("and none is lost when the answer to the write that raised it is", async () => {
    const { deliver, told } = aWatch(aStream(), (name, calls) =>
      name === "submitTransaction" && calls === 1 ? "lose-answer" : undefined,
    );
    const batch = someEvents(3);

    await expect(deliver(batch)).rejects.toThrow("the answer got lost");
    expect(told).toEqual([]);
    await deliver(batch);
    await deliver(batch);

    expect(told).toEqual([{ ...raised, at: start + 2 * SECOND }]);
  });

  it("when the write failed and the batch comes again", async () => {
    const { deliver, told } = aWatch(aStream(), (name, calls) =>
      name === "submitTransaction" && calls === 1 ? "fail" : undefined,
    );
    const batch = someEvents(3);

    await expect(deliver(batch)).rejects.toThrow("the table is down");
    await deliver(batch);

    expect(told).toHaveLength(1);
  });
});

it("takes several transactions for more alerts than fit into one, and tells each once", async () => {
  const stream = aStream();
  const { deliver, told, operations } = aWatch(stream, (name, calls) =>
    name === "submitTransaction" && calls === 2 ? "fail" : undefined,
  );
  const events = someEvents(500, (index) => ({
    key: `oven-${index % 160}`,
    enqueuedAt: start,
  }));

  await expect(deliver(events)).rejects.toThrow("the table is down");
  await deliver(events);

  expect(operations.filter((name) => name === "submitTransaction").length).toBeGreaterThan(5);
  expect(new Set(told.map(({ key }) => key)).size).toBe(160);
  expect(told).toHaveLength(160);
  expect(await alertsOf(stream)).toHaveLength(160);
});

it("keeps an alert that was cleared for people to read, also when single readings follow", async () => {
  const stream = aStream();
  const { deliver, told } = aWatch(stream);
  const later = start + 1_000 * SECOND;

  await deliver(someEvents(3));
  await deliver([{ ...poison, sequenceNumber: 3, enqueuedAt: later }]);
  await aWatch(stream).deliver([anEvent(4, { enqueuedAt: later + 20 * SECOND })]);

  const until = start + 302 * SECOND;
  expect(told.map(({ kind, at }) => [kind, at])).toEqual([
    ["raised", start + 2 * SECOND],
    ["cleared", until],
  ]);
  expect(await alertsOf(stream, until)).toMatchObject([{ raisedAt: start + 2 * SECOND, until }]);
  expect(await alertsOf(stream, until + 1)).toEqual([]);
});

it("goes on when the hub was set up anew and numbers from 0 again", async () => {
  const stream = aStream();
  const { deliver, told } = aWatch(stream);
  await deliver(someEvents(10));

  await deliver(someEvents(3, (index) => ({ enqueuedAt: start + (400 + index) * SECOND })));

  expect(told.map(({ kind }) => kind)).toEqual(["raised", "cleared", "raised"]);
});
