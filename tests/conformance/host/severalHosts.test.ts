import { join } from "node:path";
import { EventHubProducerClient } from "@azure/event-hubs";
import { ServiceBusClient } from "@azure/service-bus";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  brokerConnectionString,
  type EmulatorSet,
  startEmulators,
} from "../../../local/emulatorSet.ts";
import { type HostChild, startHostChild } from "./startHostChild.ts";

const fixture = join(import.meta.dirname, "fixtures", "several");
let emulators: EmulatorSet;
let bus: ServiceBusClient;
let producer: EventHubProducerClient;
/** The first of the two is killed in the last test. */
let hosts: readonly [HostChild, HostChild];

const startTestHost = (extra: Record<string, string> = {}) => {
  const connection = brokerConnectionString(emulators.broker.info.amqpPort);
  return startHostChild("several", {
    settings: {
      BUS: connection,
      HUBS: connection,
      AzureWebJobsStorage: emulators.azurite.connectionString,
      ...extra,
    },
  });
};

beforeAll(async () => {
  emulators = await startEmulators({
    ports: { amqpPort: 0, adminPort: 0, blobPort: 0, queuePort: 0, tablePort: 0 },
    serviceBusConfig: join(fixture, "service-bus.json"),
    eventHubsConfig: join(fixture, "event-hubs.json"),
  });
  const connection = brokerConnectionString(emulators.broker.info.amqpPort);
  bus = new ServiceBusClient(connection);
  producer = new EventHubProducerClient(connection, "stream");
  const first = await startTestHost({ HANG_IN_BATCH: "1" });
  await first.seenAtLeast(1, "tick");
  hosts = [first, await startTestHost()];
});
afterAll(async () => {
  await Promise.all([bus.close(), producer.close()]);
  await Promise.all(hosts.map((host) => host.kill()));
  await emulators.stop();
});

const numbers = (from: number, count: number) =>
  Array.from({ length: count }, (_none, index) => from + index);
const values = (host: HostChild, what: string, key = "n") =>
  host.seen.filter((report) => report.what === what).map((report) => report[key]);
const all = (what: string, key = "n") => hosts.flatMap((host) => values(host, what, key));

async function send(queue: string, ns: readonly number[]): Promise<void> {
  const sender = bus.createSender(queue);
  await sender.sendMessages(ns.map((n) => ({ body: { n } })));
  await sender.close();
}

async function publish(ns: readonly number[], hang = false): Promise<void> {
  for (const n of ns) {
    await producer.sendBatch([{ body: { n, hang } }], { partitionId: String(n % 4) });
  }
}

test("they compete for a queue's messages: each is run once, on either", async () => {
  const ns = numbers(0, 60);

  await send("compete", ns);
  await expect.poll(() => all("compete").length, { timeout: 10_000 }).toBeGreaterThanOrEqual(60);

  expect(all("compete").toSorted((a, b) => Number(a) - Number(b))).toEqual(ns);
  expect(hosts.map((host) => values(host, "compete").length > 0)).toEqual([true, true]);
});

test("they share the hub's partitions, two each, and run every event once", async () => {
  const partitions = (host: HostChild) => new Set(values(host, "stream", "partitionId")).size;
  let sent = 0;
  await expect
    .poll(
      async () => {
        await publish(numbers(sent, 4));
        sent += 4;
        return hosts.map(partitions).every((count) => count >= 2);
      },
      { timeout: 15_000, interval: 200 },
    )
    .toBe(true);

  await expect.poll(() => new Set(all("stream")).size, { timeout: 10_000 }).toBe(sent);
});

test("a timer runs on one of them", async () => {
  const [first, second] = hosts;
  await first.seenAtLeast(3, "tick");

  const seconds = values(first, "tick", "second");

  expect(new Set(seconds).size).toBe(seconds.length);
  expect(values(second, "tick")).toEqual([]);
});

test("one that drains leaves its work to the other, and takes its share again when resumed", async () => {
  const [first, second] = hosts;
  const drain = async (method: string, path: string) => {
    const headers = { "x-functions-key": second.keys.master };
    const response = await fetch(`${second.info.url}/admin/host/${path}`, { method, headers });
    return (await response.json().catch(() => ({}))) as { state?: string };
  };
  const waitForShare = async (host: HostChild, from: number, partitions: number) => {
    const before = values(host, "stream").length;
    const seen = () => new Set(values(host, "stream", "partitionId").slice(before)).size;
    let sent = from;
    await expect
      .poll(
        async () => {
          await publish(numbers(sent, 4));
          sent += 4;
          return seen();
        },
        { timeout: 15_000, interval: 200 },
      )
      .toBe(partitions);
  };

  await drain("POST", "drain");
  await expect
    .poll(async () => (await drain("GET", "drain/status")).state, { timeout: 5_000 })
    .toBe("Completed");
  const drained = values(second, "stream").length;
  await waitForShare(first, 200, 4);
  expect(values(second, "stream")).toHaveLength(drained);

  await drain("POST", "resume");
  await waitForShare(second, 600, 2);
});

test("when one is killed in mid-batch nothing is lost and the other takes over all", async () => {
  const [first, second] = hosts;
  const before = new Set(all("stream"));
  const ns: number[] = [];
  await expect
    .poll(
      async () => {
        const more = numbers(1_000 + ns.length, 8);
        ns.push(...more);
        await send("batch", more);
        return values(first, "batch begun", "ns").length;
      },
      { timeout: 10_000, interval: 300 },
    )
    .toBe(1);
  await publish(numbers(2_000, 4), true);
  const held = values(first, "batch begun", "ns").flat();
  await expect
    .poll(() => all("stream").filter((n) => Number(n) >= 2_000).length, { timeout: 10_000 })
    .toBeGreaterThan(0);

  const killedAt = Date.now();
  await first.kill();

  await expect
    .poll(() => new Set(values(second, "batch")).size, { timeout: 20_000 })
    .toBe(ns.length);
  const events = () => values(second, "stream").filter((n) => Number(n) >= 2_000);
  await expect.poll(() => new Set(events()).size, { timeout: 20_000 }).toBe(4);
  await second.seenAtLeast(1, "tick");

  expect(held.length).toBeGreaterThan(0);
  expect(values(first, "batch")).toEqual([]);
  expect(values(second, "batch")).toEqual(expect.arrayContaining(held));
  expect(before.size).toBeGreaterThan(0);
  expect(Date.now() - killedAt).toBeLessThan(60_000);
});
