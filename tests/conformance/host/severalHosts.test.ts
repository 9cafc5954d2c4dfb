import { join } from "node:path";
import { EventHubProducerClient } from "@azure/event-hubs";
import { ServiceBusClient } from "@azure/service-bus";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  brokerConnectionString,
  type EmulatorSet,
  startEmulators,
} from "../../../local/emulatorSet.ts";
import { type HostChild, startHostChild } from "./startHostChild.ts";

const fixture = join(import.meta.dirname, "fixtures", "several");
const SHARE = { timeout: 25_000, interval: 200 };
const PARTITIONS = 4;

/** Everything anew for each test: one of them kills a host, and all of them fill the same entities. */
let emulators: EmulatorSet;
let bus: ServiceBusClient;
let producer: EventHubProducerClient;
/** The first was up before the second, so the timer is its own. */
let hosts: readonly HostChild[];
/** How many numbers `numbers` gave out. */
let given: number;

beforeEach(async () => {
  hosts = [];
  given = 0;
  emulators = await startEmulators({
    ports: { amqpPort: 0, adminPort: 0, blobPort: 0, queuePort: 0, tablePort: 0 },
    serviceBusConfig: join(fixture, "service-bus.json"),
    eventHubsConfig: join(fixture, "event-hubs.json"),
  });
  const connection = brokerConnectionString(emulators.broker.info.amqpPort);
  bus = new ServiceBusClient(connection);
  producer = new EventHubProducerClient(connection, "stream");
});
afterEach(async () => {
  await Promise.all([bus.close(), producer.close()]);
  await Promise.all(hosts.map((host) => host.kill()));
  await emulators.stop();
});

async function startTwoHosts(): Promise<readonly [HostChild, HostChild]> {
  const start = async (extra: Record<string, string> = {}) => {
    const connection = brokerConnectionString(emulators.broker.info.amqpPort);
    const host = await startHostChild("several", {
      settings: {
        BUS: connection,
        HUBS: connection,
        AzureWebJobsStorage: emulators.azurite.connectionString,
        ...extra,
      },
    });
    hosts = [...hosts, host];
    return host;
  };
  const first = await start({ HANG_IN_BATCH: "1" });
  await first.seenAtLeast(1, "tick");
  return [first, await start()];
}

/** So many numbers that this test has not used yet. */
function numbers(count: number): readonly number[] {
  given += count;
  return Array.from({ length: count }, (_none, index) => given - count + index);
}

const values = (host: HostChild, what: string, key = "n") =>
  host.seen.filter((report) => report.what === what).map((report) => report[key]);
const all = (what: string) => hosts.flatMap((host) => values(host, what));

async function send(queue: string, ns: readonly number[]): Promise<readonly number[]> {
  const sender = bus.createSender(queue);
  await sender.sendMessages(ns.map((n) => ({ body: { n } })));
  await sender.close();
  return ns;
}

/** One event to each partition. */
async function publish(hang = false): Promise<readonly number[]> {
  const ns = numbers(PARTITIONS);
  for (const [partition, n] of ns.entries()) {
    await producer.sendBatch([{ body: { n, hang } }], { partitionId: String(partition) });
  }
  return ns;
}

/** Publishes until each of these hosts, from now on, has had that many partitions; tells what it sent. */
async function publishUntilShared(sharers: readonly HostChild[], partitions: number) {
  const sent: number[] = [];
  const before = new Map(sharers.map((host) => [host, values(host, "stream").length]));
  const share = (host: HostChild) =>
    new Set(values(host, "stream", "partitionId").slice(before.get(host))).size;
  await expect
    .poll(async () => {
      sent.push(...(await publish()));
      return sharers.map(share).every((count) => count >= partitions);
    }, SHARE)
    .toBe(true);
  return sent;
}

describe("two hosts on the same entities:", { timeout: 90_000 }, () => {
  test("they compete for a queue's messages: each is run once, on either", async () => {
    const pair = await startTwoHosts();

    const sent = await send("compete", numbers(60));
    await expect.poll(() => all("compete").length, { timeout: 10_000 }).toBeGreaterThanOrEqual(60);

    expect(all("compete").toSorted((a, b) => Number(a) - Number(b))).toEqual(sent);
    expect(pair.map((host) => values(host, "compete").length > 0)).toEqual([true, true]);
  });

  test("they share the hub's partitions, two each, and run every event", async () => {
    const sent = await publishUntilShared(await startTwoHosts(), PARTITIONS / 2);

    await expect.poll(() => new Set(all("stream")).size, { timeout: 10_000 }).toBe(sent.length);
  });

  test("a timer runs on one of them", async () => {
    const [first, second] = await startTwoHosts();
    await first.seenAtLeast(3, "tick");

    const seconds = values(first, "tick", "second");

    expect(new Set(seconds).size).toBe(seconds.length);
    expect(values(second, "tick")).toEqual([]);
  });

  test("one that drains leaves its work to the other, and takes its share again when resumed", async () => {
    const [first, second] = await startTwoHosts();
    const drain = async (method: string, path: string) => {
      const headers = { "x-functions-key": second.keys.master };
      const response = await fetch(`${second.info.url}/admin/host/${path}`, { method, headers });
      return (await response.json().catch(() => ({}))) as { state?: string };
    };
    await publishUntilShared([first, second], PARTITIONS / 2);

    await drain("POST", "drain");
    await expect
      .poll(async () => (await drain("GET", "drain/status")).state, { timeout: 5_000 })
      .toBe("Completed");
    const drained = values(second, "stream").length;
    await publishUntilShared([first], PARTITIONS);
    expect(values(second, "stream")).toHaveLength(drained);

    await drain("POST", "resume");
    await publishUntilShared([second], PARTITIONS / 2);
  });

  test("when one is killed in mid-batch nothing is lost and the other takes over all", async () => {
    const [first, second] = await startTwoHosts();
    const events = await publishUntilShared([first, second], PARTITIONS / 2);
    const messages: number[] = [];
    await expect
      .poll(
        async () => {
          messages.push(...(await send("batch", numbers(8))));
          return values(first, "batch begun", "ns").length;
        },
        { timeout: 10_000, interval: 300 },
      )
      .toBe(1);
    const held = values(first, "batch begun", "ns").flat();
    const hanging = await publish(true);
    await expect
      .poll(() => hanging.some((n) => values(second, "stream").includes(n)), { timeout: 10_000 })
      .toBe(true);

    await first.kill();

    const seenBySecond = (what: string) => new Set(values(second, what));
    await expect.poll(() => seenBySecond("batch").size, { timeout: 20_000 }).toBe(messages.length);
    await expect
      .poll(() => hanging.every((n) => seenBySecond("stream").has(n)), { timeout: 20_000 })
      .toBe(true);
    await second.seenAtLeast(1, "tick");
    expect(held.length).toBeGreaterThan(0);
    expect(values(first, "batch")).toEqual([]);
    expect(values(second, "batch")).toEqual(expect.arrayContaining(held));
    expect(all("stream")).toEqual(expect.arrayContaining([...events, ...hanging]));
  });
});
