import { join } from "node:path";
import { EventHubProducerClient } from "@azure/event-hubs";
import { ContainerClient } from "@azure/storage-blob";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Azurite, startAzurite } from "../../../local/azurite.ts";
import { type Broker, brokerConnectionString, startBroker } from "../../../local/emulatorSet.ts";
import { type HostChild, type Seen, startHostChild } from "./startHostChild.ts";

let azurite: Azurite;
let broker: Broker;
let producer: EventHubProducerClient;
beforeAll(async () => {
  [azurite, broker] = await Promise.all([
    startAzurite({ blobPort: 0, queuePort: 0, tablePort: 0 }),
    startBroker({
      ports: { amqpPort: 0, adminPort: 0 },
      eventHubsConfig: join(import.meta.dirname, "fixtures", "eventHubs", "entities.json"),
    }),
  ]);
  producer = new EventHubProducerClient(brokerConnectionString(broker.info.amqpPort), "measures");
});
afterAll(async () => {
  await producer.close();
  await Promise.all([azurite.stop(), broker.stop()]);
});

const startTestHost = (name: string, storage = azurite.connectionString) =>
  startHostChild("eventHubs", {
    functions: [name],
    settings: {
      HUBS: brokerConnectionString(broker.info.amqpPort),
      AzureWebJobsStorage: storage,
    },
  });

async function send(partitionId: string, ...bodies: object[]): Promise<void> {
  await producer.sendBatch(
    bodies.map((body) => ({ body, properties: { Kind: "measure" } })),
    { partitionId },
  );
}

type Body = { readonly mark?: string; readonly n?: number };
const marked = (reports: readonly Seen[], mark: string) =>
  reports.flatMap(({ body }) => body as Body[] | Body).filter((body) => body.mark === mark);

/** What batches say of each of their events; how many a batch holds is the moment's matter. */
function eventsWithMetadata(reports: readonly Seen[]) {
  return reports
    .filter(({ what }) => what === "many")
    .flatMap(({ body, metadata }) => {
      const { sequenceNumberArray, propertiesArray, systemPropertiesArray, partitionContext } =
        metadata as {
          readonly sequenceNumberArray: readonly number[];
          readonly propertiesArray: readonly unknown[];
          readonly systemPropertiesArray: readonly unknown[];
          readonly partitionContext: unknown;
        };
      return (body as Body[]).map((event, index) => ({
        event,
        sequenceNumber: sequenceNumberArray[index],
        properties: propertiesArray[index],
        systemProperties: systemPropertiesArray[index],
        partition: partitionContext,
      }));
    });
}

/** All events of a mark, once there are that many. */
async function events(host: HostChild, what: string, mark: string, count: number): Promise<Body[]> {
  for (let wanted = 1; ; wanted += 1) {
    const found = marked(await host.seenAtLeast(wanted, what), mark);
    if (found.length >= count) return found;
  }
}

/** Where the real host keeps them. */
async function checkpointBlobs(): Promise<string[]> {
  const container = new ContainerClient(azurite.connectionString, "azure-webjobs-eventhub");
  const names: string[] = [];
  for await (const { name } of container.listBlobsFlat()) names.push(name);
  return names;
}

describe("one host", () => {
  let host: HostChild;
  beforeAll(async () => {
    host = await startTestHost("many");
  });
  afterAll(async () => {
    await host.stop();
  });

  test("gets batches in order, with metadata in arrays and of the partition", async () => {
    await send("0", { mark: "first", n: 1 }, { mark: "first", n: 2 }, { mark: "first", n: 3 });

    expect((await events(host, "many", "first", 3)).map(({ n }) => n)).toEqual([1, 2, 3]);
    const seen = eventsWithMetadata(host.seen).filter(({ event }) => event.mark === "first");
    const at = seen[0]?.sequenceNumber ?? Number.NaN;
    expect(seen).toMatchObject(
      [at, at + 1, at + 2].map((sequenceNumber) => ({
        sequenceNumber,
        properties: { kind: "measure" },
        systemProperties: { sequenceNumber },
        partition: {
          eventHubName: "measures",
          consumerGroup: "$Default",
          partitionId: "0",
          isCheckpointingAfterInvocation: true,
        },
      })),
    );
  });

  test("a batch that fails is not seen again", async () => {
    await send("0", { mark: "failing", fail: true });
    await send("0", { mark: "next" });

    await events(host, "many", "next", 1);

    expect(
      marked(
        host.seen.filter(({ what }) => what === "many"),
        "failing",
      ),
    ).toHaveLength(1);
  });

  test("partitions run beside each other, one batch at a time within each", async () => {
    const slow = Array.from({ length: 20 }, (_none, n) => ({ mark: "slow", n, waitMs: 150 }));
    await Promise.all([send("0", ...slow), send("1", ...slow)]);

    await events(host, "many", "slow", 40);

    const most = Math.max(...host.seen.map(({ running }) => Number(running ?? 0)));
    const sizes = host.seen
      .filter(({ what }) => what === "many")
      .map(({ body }) => (body as unknown[]).length);
    expect(most).toBe(2);
    expect(Math.max(...sizes)).toBe(10);
  });
});

describe("checkpoints", () => {
  test("the next host goes on where the one before has stopped", async () => {
    const first = await startTestHost("shared");
    await send("0", { mark: "before" });
    await events(first, "shared", "before", 1);
    await first.stop();
    await send("0", { mark: "after" });

    const second = await startTestHost("shared");
    await events(second, "shared", "after", 1);
    await second.stop();

    expect(marked(second.seen, "before")).toEqual([]);
    expect(await checkpointBlobs()).toContainEqual(
      expect.stringMatching(/measures\/shared\/checkpoint\/0$/),
    );
  });

  test("two hosts share the partitions, and the one left over takes all", async () => {
    const hosts = await Promise.all([startTestHost("shared"), startTestHost("shared")]);
    const [first, second] = hosts;
    const partitionsOf = (host: HostChild) =>
      new Set(
        host.seen.map(
          ({ metadata }) =>
            (metadata as { partitionContext: { partitionId: string } }).partitionContext
              .partitionId,
        ),
      );
    await expect
      .poll(
        async () => {
          await Promise.all([send("0", { mark: "spread" }), send("1", { mark: "spread" })]);
          return [partitionsOf(first).size > 0, partitionsOf(second).size > 0];
        },
        { timeout: 20_000, interval: 300 },
      )
      .toEqual([true, true]);

    await first.stop();
    await Promise.all([send("0", { mark: "left" }), send("1", { mark: "left" })]);

    expect(await events(second, "shared", "left", 2)).toHaveLength(2);
    await second.stop();
  });
});

test("one event an invocation is retried as the function says, then passed over", async () => {
  const host = await startTestHost("single");
  await send("1", { mark: "retried", fail: true }, { mark: "passed on" });

  await events(host, "single", "passed on", 1);

  const tries = host.seen.filter(({ body }) => (body as Body | undefined)?.mark === "retried");
  expect(tries.map(({ retry }) => retry)).toEqual([
    undefined,
    { retryCount: 1, maxRetryCount: 1, exception: { message: "on purpose", source: "" } },
  ]);
  expect(tries[0]?.["metadata"]).toMatchObject({
    offset: expect.any(Number) as number,
    sequenceNumber: expect.any(Number) as number,
    properties: { kind: "measure" },
    mark: "retried",
  });
  await host.stop();
});

test("is ready without its storage, and finds it later", async () => {
  const gone = await startAzurite({ blobPort: 0, queuePort: 0, tablePort: 0 });
  await gone.stop();
  const host = await startTestHost("many", gone.connectionString);
  const back = await startAzurite(gone.ports);
  await send("0", { mark: "late" });

  expect(await events(host, "many", "late", 1)).toHaveLength(1);
  await host.stop();
  await back.stop();
});
