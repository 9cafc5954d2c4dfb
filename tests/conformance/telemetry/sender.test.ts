import { EventHubConsumerClient, type ReceivedEventData } from "@azure/event-hubs";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { listenAmqp } from "../../../local/amqp/listener.ts";
import { createEventHubs } from "../../../local/eventHubs/emulator.ts";
import {
  createTelemetrySender,
  type TelemetrySender,
} from "../../../shared/adapters/telemetrySender.ts";
import { MAX_READINGS } from "../../../shared/domain/ingestTelemetry.ts";
import { TelemetryEvent, type TelemetrySeries } from "../../../shared/domain/telemetryEvent.ts";
import { refusedUrl, startSilent } from "../../support/loopback.ts";
import { startRelay } from "../../support/relay.ts";

const hub = "telemetry";
const flowsHub = "flows";
const slowHub = "slow";
const reading = {
  metric: "orders.reserved",
  key: "short",
  value: "1249.5000",
  at: 1_790_000_000_000,
};

let broker: Awaited<ReturnType<typeof listenAmqp>>;
let senders: TelemetrySender[] = [];

beforeAll(async () => {
  const description = { partitionCount: 4, consumerGroups: ["$Default"] };
  const hubs = [hub, flowsHub, slowHub].map((name) => ({ name, ...description }));
  const log = () => undefined;
  const service = createEventHubs({ hubs, now: Date.now, log });
  broker = await listenAmqp({ port: 0, services: [service], log });
});

afterEach(async () => {
  await Promise.all(senders.map((sender) => sender.close().catch(() => undefined)));
  senders = [];
});

afterAll(async () => {
  await broker.close();
});

function connectionString(port: number | string): string {
  return `Endpoint=sb://127.0.0.1:${port};SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true;`;
}

function aSender(port: number | string, timeoutMs: number, name = hub): TelemetrySender {
  const sender = createTelemetrySender({
    connection: { kind: "connectionString", connectionString: connectionString(port) },
    hub: name,
    timeoutMs,
  });
  senders.push(sender);
  return sender;
}

function aSeries(count: number, part: Partial<TelemetrySeries> = {}): TelemetrySeries {
  const { metric, key, at } = reading;
  const readings = Array.from({ length: count }, (_, value) => ({ value, at }));
  return { metric, key, readings, ...part };
}

async function receive(
  count: number,
  name = hub,
): Promise<{ event: ReceivedEventData; partition: string }[]> {
  const consumer = new EventHubConsumerClient("$Default", connectionString(broker.port), name);
  const received: { event: ReceivedEventData; partition: string }[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      consumer.subscribe(
        {
          processEvents: async (events, { partitionId }) => {
            received.push(...events.map((event) => ({ event, partition: partitionId })));
            if (received.length >= count) resolve();
          },
          processError: async (error) => reject(error),
        },
        { startPosition: { offset: "-1" }, maxWaitTimeInSeconds: 1, maxBatchSize: count },
      );
    });
  } finally {
    await consumer.close();
  }
  return received;
}

it("sends readings that the aggregation can read, one key's to one partition", async () => {
  const sender = aSender(broker.port, 10_000);

  await Promise.all([1, 2, 3].map((value) => sender.emit({ ...reading, value })));
  await sender.emit(reading);

  const received = await receive(4);
  expect(received.map(({ event }) => TelemetryEvent.parse(event.body).value).toSorted()).toEqual([
    "1",
    "1249.5000",
    "2",
    "3",
  ]);
  expect(new Set(received.map(({ partition }) => partition)).size).toBe(1);
  expect(received[0]?.event.partitionKey).toBe("orders.reserved short");
  expect(sender.dropped()).toBe(0);
});

it.each([
  ["refuses connections", async () => ({ url: await refusedUrl(), stop: async () => undefined })],
  ["accepts and never answers", startSilent],
])("drops and counts, without an error and in time, when the hub %s", async (_state, start) => {
  const { url, stop } = await start();
  const sender = aSender(new URL(url).port, 300);

  const started = performance.now();
  await Promise.all(Array.from({ length: 20 }, () => sender.emit(reading)));
  const tookMs = performance.now() - started;

  await stop();
  expect(sender.dropped()).toBe(20);
  expect(tookMs).toBeLessThan(2_000);
});

it("costs nothing while a breaker spares the steps a dead hub", async () => {
  const { url, stop } = await startSilent();
  const sender = aSender(new URL(url).port, 100);
  await Promise.all(Array.from({ length: 5 }, () => sender.emit(reading)));
  const before = performance.now();

  for (let step = 0; step < 50; step++) await sender.emit(reading);

  const tookMs = performance.now() - before;
  await stop();
  expect(sender.dropped()).toBe(55);
  expect(tookMs).toBeLessThan(50 * 100);
});

it("sends as many readings as a flow may hand over as one batch, however long their names are", async () => {
  const sender = aSender(broker.port, 10_000, flowsHub);
  const names = { metric: "\u20ac".repeat(100), key: '"'.repeat(200) };

  await sender.send(aSeries(MAX_READINGS, names), { timeoutMs: 10_000 });

  const received = await receive(MAX_READINGS, flowsHub);
  const events = received.map(({ event }) => TelemetryEvent.parse(event.body));
  expect(events.map(({ value }) => Number(value))).toEqual([...Array(MAX_READINGS).keys()]);
  expect(events[0]).toMatchObject(names);
  expect(new Set(received.map(({ partition }) => partition)).size).toBe(1);
});

it("refuses what the hub does not take as one batch, and sends none of it", async () => {
  const sender = aSender(broker.port, 10_000);
  const tooMany = aSeries(20_000);

  for (let attempt = 0; attempt < 6; attempt++) {
    const sending = sender.send(tooMany, { timeoutMs: 10_000 });
    await expect(sending).rejects.toMatchObject({ name: "TerminalError", code: "too-large" });
  }

  await sender.send(aSeries(0), { timeoutMs: 10_000 }); // no breaker opens for it
});

it.each([
  ["refuses connections", async () => ({ url: await refusedUrl(), stop: async () => undefined })],
  ["accepts and never answers", startSilent],
])("rejects in time when the hub %s, and counts nothing as dropped", async (_state, start) => {
  const { url, stop } = await start();
  const sender = aSender(new URL(url).port, 10_000);

  const started = performance.now();
  await expect(sender.send(aSeries(1), { timeoutMs: 300 })).rejects.toBeInstanceOf(Error);
  const tookMs = performance.now() - started;

  await stop();
  expect(sender.dropped()).toBe(0);
  expect(tookMs).toBeLessThan(2_000);
});

it("sends again once a hub is quick that was slow while its connection was opened", async () => {
  const relay = await startRelay(broker.port);
  const sender = aSender(relay.port, 1_000, slowHub);
  const dropsOf = async (count: number) => {
    const before = sender.dropped();
    await Promise.all(Array.from({ length: count }, () => sender.emit(reading)));
    return sender.dropped() - before;
  };
  relay.hold();
  await dropsOf(2);
  await dropsOf(2);
  relay.goOn();

  await expect.poll(() => dropsOf(2), { timeout: 15_000, interval: 500 }).toBe(0);
  await sender.close();
  await relay.close();
});
