import { beforeAll, describe, expect, it } from "vitest";
import { createTable, type Table } from "../../../shared/adapters/tables.ts";
import { createTelemetryTable } from "../../../shared/adapters/telemetryTable.ts";
import { createWindowReader } from "../../../shared/adapters/telemetryWindows.ts";
import type { StreamEvent } from "../../../shared/domain/telemetryBatch.ts";
import { createPersistence } from "../../../shared/patterns/persist.ts";
import { spiedTable, type TableFault } from "../../support/spiedTable.ts";
import { useAzurite } from "../../support/useAzurite.ts";

const MINUTE = 60_000;
const start = Math.floor(1_790_000_000_000 / MINUTE) * MINUTE;
const rules = { sizeMs: MINUTE, latenessMs: 60 * MINUTE, aheadMs: 5 * MINUTE };

const azurite = useAzurite();
let table: Table;
let streams = 0;

beforeAll(() => {
  table = createTable(azurite.connection, "telemetry");
});

const aSpiedTable = (fault?: TableFault) => spiedTable(table, fault);

/** A stream of its own, so that tests share nothing. */
function aStream() {
  return { hub: `hub${++streams}`, consumerGroup: "aggregate" };
}

type Part = Partial<{ metric: string; key: string; value: string; at: number; enqueuedAt: number }>;

function anEvent(
  sequenceNumber: number,
  { enqueuedAt = start + sequenceNumber, ...part }: Part = {},
): StreamEvent {
  const event = { schema: 1, metric: "m", key: "k", value: "0.1", at: start, ...part } as const;
  return { kind: "event", sequenceNumber, enqueuedAt, event };
}

const someEvents = (count: number, part: (index: number) => Part = () => ({})) =>
  Array.from({ length: count }, (_, index) => anEvent(index, part(index)));

async function windowsOf(stream: ReturnType<typeof aStream>) {
  return createWindowReader(
    table,
    stream,
  )({ from: 0, to: start + 24 * 60 * MINUTE, metric: undefined, limit: 5_000 });
}

async function parkedOf(stream: ReturnType<typeof aStream>, partition = "0") {
  return table.call(async (client) => {
    const rows: Record<string, unknown>[] = [];
    const filter = `PartitionKey eq '${stream.hub}|aggregate|${partition}' and RowKey ge 'parked|' and RowKey lt 'parked}'`;
    for await (const row of client.listEntities({ queryOptions: { filter } })) rows.push(row);
    return rows;
  });
}

describe("a batch", () => {
  it("commits with the cursor in one request, and a steady stream needs no reads", async () => {
    const { spied, operations } = aSpiedTable();
    const stream = aStream();
    const add = createTelemetryTable({ table: spied, stream, rules });
    const events = someEvents(300, (index) => ({ key: `k${index % 9}` }));

    await add({ partition: "0", events: events.slice(0, 100) });
    operations.length = 0;
    await add({ partition: "0", events: events.slice(100, 200) });
    await add({ partition: "0", events: events.slice(200) });

    expect(operations).toEqual(["submitTransaction", "submitTransaction"]);
    const windows = await windowsOf(stream);
    expect(windows).toHaveLength(9);
    expect(windows.reduce((sum, { count }) => sum + count, 0)).toBe(300);
    expect(windows.find(({ key }) => key === "k0")).toEqual({
      metric: "m",
      key: "k0",
      from: new Date(start).toISOString(),
      count: 34,
      sum: "3.4",
      min: "0.1",
      max: "0.1",
    });
  });

  it("that was seen before costs no request at all", async () => {
    const { spied, operations } = aSpiedTable();
    const add = createTelemetryTable({ table: spied, stream: aStream(), rules });
    const batch = { partition: "0", events: someEvents(10) };
    await add(batch);
    operations.length = 0;

    const outcome = await add(batch);

    expect(outcome).toEqual({ added: 0, parked: 0, repeated: 10 });
    expect(operations).toEqual([]);
  });

  it("cut anew after a restart adds only what is new", async () => {
    const stream = aStream();
    const events = someEvents(10);
    await createTelemetryTable({ table, stream, rules })({
      partition: "0",
      events: events.slice(0, 6),
    });

    const outcome = await createTelemetryTable({ table, stream, rules })({
      partition: "0",
      events: events.slice(3),
    });

    expect(outcome).toEqual({ added: 4, parked: 0, repeated: 3 });
    expect(await windowsOf(stream)).toMatchObject([{ count: 10, sum: "1" }]);
  });

  it("parks what is unreadable, late or from the future, with its reason, and goes on", async () => {
    const stream = aStream();
    const unreadable: StreamEvent = {
      kind: "unreadable",
      sequenceNumber: 1,
      enqueuedAt: start,
      reason: "malformed-json",
      detail: "the body is not valid JSON",
      body: "{oops",
    };
    const add = createTelemetryTable({ table, stream, rules });

    const outcome = await add({
      partition: "0",
      events: [
        anEvent(0),
        unreadable,
        anEvent(2, { at: start - 61 * MINUTE }),
        anEvent(3, { at: start + 6 * MINUTE }),
        anEvent(4),
      ],
    });

    expect(outcome).toEqual({ added: 2, parked: 3, repeated: 0 });
    expect(await windowsOf(stream)).toMatchObject([{ count: 2, sum: "0.2" }]);
    expect(await parkedOf(stream)).toMatchObject([
      { reason: "malformed-json", body: "{oops" },
      { reason: "late" },
      { reason: "future" },
    ]);
  });

  it("adds a late arrival to a window that an earlier process wrote", async () => {
    const stream = aStream();
    await createTelemetryTable({ table, stream, rules })({ partition: "0", events: [anEvent(0)] });
    const add = createTelemetryTable({ table, stream, rules });
    await add({
      partition: "0",
      events: [anEvent(1, { at: start + 10 * MINUTE, enqueuedAt: start + 10 * MINUTE })],
    });

    await add({ partition: "0", events: [anEvent(2, { enqueuedAt: start + 30 * MINUTE })] });

    expect(await windowsOf(stream)).toMatchObject([{ count: 2 }, { count: 1 }]);
  });
});

it("is durable before it returns, however long the table is down", async () => {
  const stream = aStream();
  const { spied, operations } = aSpiedTable((_name, calls) => (calls <= 3 ? "fail" : undefined));
  const add = createTelemetryTable({ table: spied, stream, rules });
  const persist = createPersistence({ budgetMs: 20_000, baseDelayMs: 5, maxDelayMs: 20 });

  await persist(() => add({ partition: "0", events: someEvents(10) }));

  expect(operations.length).toBeGreaterThan(6);
  expect(await windowsOf(stream)).toMatchObject([{ count: 10 }]);
});

it("goes on counting when the hub was set up anew and numbers from 0 again", async () => {
  const stream = aStream();
  const add = createTelemetryTable({ table, stream, rules });
  await add({ partition: "0", events: someEvents(10) });

  const anew = someEvents(4, (index) => ({ enqueuedAt: start + MINUTE + index }));
  await add({ partition: "0", events: anew });
  const again = await createTelemetryTable({ table, stream, rules })({
    partition: "0",
    events: anew,
  });

  expect(again).toEqual({ added: 0, parked: 0, repeated: 4 });
  expect(await windowsOf(stream)).toMatchObject([{ count: 14, sum: "1.4" }]);
});

describe("more windows than a transaction takes", () => {
  const many = someEvents(500, (index) => ({ key: `k${index % 250}` }));

  it("take several transactions", async () => {
    const { spied, operations } = aSpiedTable();
    const stream = aStream();

    await createTelemetryTable({ table: spied, stream, rules })({ partition: "0", events: many });

    expect(operations.filter((name) => name === "submitTransaction")).toHaveLength(3);
    const windows = await windowsOf(stream);
    expect(windows).toHaveLength(250);
    expect(windows.every(({ count }) => count === 2)).toBe(true);
  });

  it("stay exact when the process dies between two of them and the batch comes again cut anew", async () => {
    const stream = aStream();
    const { spied } = aSpiedTable((name, calls) =>
      name === "submitTransaction" && calls === 2 ? "fail" : undefined,
    );
    const died = createTelemetryTable({ table: spied, stream, rules })({
      partition: "0",
      events: many,
    });
    await expect(died).rejects.toThrow("the table is down");

    const add = createTelemetryTable({ table, stream, rules });
    for (let from = 0; from < many.length; from += 120) {
      await add({ partition: "0", events: many.slice(from, from + 120) });
    }

    const windows = await windowsOf(stream);
    expect(windows).toHaveLength(250);
    expect(windows.every(({ count }) => count === 2)).toBe(true);
  });
});

describe("a lost answer to our own write", () => {
  it.each([
    ["the first", 1],
    ["a later", 2],
  ])("adds nothing twice when it is %s", async (_which, lost) => {
    const stream = aStream();
    const { spied } = aSpiedTable((name, calls) =>
      name === "submitTransaction" && calls === lost ? "lose-answer" : undefined,
    );
    const add = createTelemetryTable({ table: spied, stream, rules });
    const events = someEvents(20);
    const batches = [events.slice(0, 10), events.slice(10)];

    for (const batch of batches) {
      await add({ partition: "0", events: batch }).catch(() =>
        add({ partition: "0", events: batch }),
      );
    }

    expect(await windowsOf(stream)).toMatchObject([{ count: 20, sum: "2" }]);
  });
});

it("keeps exact totals while ownership goes back and forth and the loser still writes", async () => {
  const stream = aStream();
  const events = someEvents(400, (index) => ({ key: `k${index % 7}`, value: `${index}.01` }));
  const one = createTelemetryTable({ table, stream, rules });
  const other = createTelemetryTable({ table, stream, rules });
  const untilDone = createPersistence({ budgetMs: 20_000, baseDelayMs: 5, maxDelayMs: 20 });

  for (let from = 0; from < events.length; from += 20) {
    const [owner, loser] = (from / 20) % 3 === 0 ? [one, other] : [other, one];
    await Promise.all([
      untilDone(() => owner({ partition: "0", events: events.slice(from, from + 20) })),
      untilDone(() =>
        loser({ partition: "0", events: events.slice(Math.max(0, from - 30), from + 10) }),
      ),
    ]);
  }

  const windows = await windowsOf(stream);
  expect(windows.map(({ count }) => count)).toEqual([58, 57, 57, 57, 57, 57, 57]);
  expect(windows.map(({ key, sum }) => [key, sum])).toEqual(
    Array.from({ length: 7 }, (_, k) => {
      const members = events.map((_event, index) => index).filter((index) => index % 7 === k);
      const hundredths = members.reduce((sum, index) => sum + index * 100 + 1, 0);
      return [`k${k}`, (hundredths / 100).toString()];
    }),
  );
});

describe("reading windows", () => {
  it("merges the partitions and obeys range, metric and limit", async () => {
    const stream = aStream();
    const add = createTelemetryTable({ table, stream, rules });
    await add({
      partition: "0",
      events: [anEvent(0, { value: "-1.5" }), anEvent(1, { metric: "it's", at: start + MINUTE })],
    });
    await add({ partition: "3", events: [anEvent(0, { value: "4" })] });
    const read = createWindowReader(table, stream);
    const range = { from: start, to: start + 2 * MINUTE, metric: undefined, limit: 10 };

    expect(await read(range)).toMatchObject([
      { metric: "m", count: 2, sum: "2.5", min: "-1.5", max: "4" },
      { metric: "it's", count: 1 },
    ]);
    expect(await read({ ...range, metric: "it's" })).toMatchObject([{ metric: "it's" }]);
    expect(await read({ ...range, to: start + MINUTE })).toHaveLength(1);
    expect(await read({ ...range, limit: 0 })).toHaveLength(1);
    expect(await createWindowReader(table, aStream())(range)).toEqual([]);
  });
});
