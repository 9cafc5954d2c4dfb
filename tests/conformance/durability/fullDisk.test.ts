import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EventHubProducerClient } from "@azure/event-hubs";
import { ServiceBusClient } from "@azure/service-bus";
import { afterEach, describe, expect, it } from "vitest";
import { parseServiceBusConfig } from "../../../local/entities.ts";
import { type RunningBroker, startBroker } from "../../../local/startBroker.ts";
import { createMemoryFiles } from "../../support/memoryFiles.ts";
import { emulatorConnectionString } from "../../support/startBroker.ts";

const queues = parseServiceBusConfig(
  "test",
  JSON.stringify({
    UserConfig: { Namespaces: [{ Name: "n", Queues: [{ Name: "orders" }], Topics: [] }] },
  }),
);
const hubs = [{ name: "telemetry", partitionCount: 1, consumerGroups: ["$Default"] }];

describe("a broker whose disk is full", () => {
  const stops: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const stop of stops.splice(0).toReversed()) await stop();
  });

  const start = async (files: ReturnType<typeof createMemoryFiles>, directory: string) => {
    const broker: RunningBroker = await startBroker({
      amqpPort: 0,
      adminPort: 0,
      queues,
      hubs,
      log: () => {},
      state: { directory, files },
    });
    const connection = emulatorConnectionString(broker.info.amqpPort);
    const bus = new ServiceBusClient(connection);
    const producer = new EventHubProducerClient(connection, "telemetry");
    let stopped = false;
    const stop = async () => {
      if (stopped) return;
      stopped = true;
      await Promise.all([bus.close(), producer.close()]);
      await broker.stop();
    };
    stops.push(stop);
    return { bus, producer, stop };
  };

  it("refuses what is sent as a full entity does, and lets all else go on for good", async () => {
    const directory = mkdtempSync(join(tmpdir(), "full-"));
    stops.push(async () => rmSync(directory, { recursive: true, force: true }));
    const files = createMemoryFiles();
    const { bus, producer, stop } = await start(files, directory);
    const sender = bus.createSender("orders");
    await sender.sendMessages(["a", "b", "c"].map((body) => ({ body })));
    await producer.sendBatch([{ body: 1 }]);
    files.room = 0;
    const large = { body: Buffer.alloc(200_000) };
    const fillUp = async () => {
      for (;;) await sender.sendMessages(large);
    };
    const fillHub = async () => {
      for (;;) await producer.sendBatch([large]);
    };

    await expect(fillUp()).rejects.toMatchObject({ code: "QuotaExceeded" });
    await expect(fillHub()).rejects.toMatchObject({ code: "QuotaExceededError" });
    const receiver = bus.createReceiver("orders");
    const [a, b] = await receiver.receiveMessages(2);
    if (!a || !b) throw new Error("three were sent");
    await receiver.completeMessage(a);
    await receiver.deferMessage(b);
    await stop();

    const again = await start(files, directory);
    const peeked = await again.bus.createReceiver("orders").peekMessages(2);
    expect(peeked.map(({ body, state }) => [body, state])).toEqual([
      ["b", "deferred"],
      ["c", "active"],
    ]);
    files.room = Number.POSITIVE_INFINITY;
    await again.bus.createSender("orders").sendMessages(large);
  });
});
