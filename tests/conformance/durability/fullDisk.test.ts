import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EventHubProducerClient } from "@azure/event-hubs";
import {
  ServiceBusClient,
  type ServiceBusReceivedMessage,
  type ServiceBusReceiver,
} from "@azure/service-bus";
import { afterEach, describe, expect, it, onTestFinished } from "vitest";
import { parseServiceBusConfig } from "../../../local/entities.ts";
import { type RunningBroker, startBroker } from "../../../local/startBroker.ts";
import { copyOf, createMemoryFiles } from "../../support/memoryFiles.ts";
import { emulatorConnectionString } from "../../support/startBroker.ts";

const queues = parseServiceBusConfig(
  "test",
  JSON.stringify({
    UserConfig: {
      Namespaces: [
        {
          Name: "n",
          Queues: [{ Name: "orders" }, { Name: "once", Properties: { MaxDeliveryCount: 1 } }],
          Topics: [],
        },
      ],
    },
  }),
);
const hubs = [{ name: "telemetry", partitionCount: 1, consumerGroups: ["$Default"] }];

/** One attempt a call: what is not answered fails. */
const retryOptions = { maxRetries: 0, timeoutInMs: 2_000 };

const newDirectory = () => {
  const directory = mkdtempSync(join(tmpdir(), "full-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
};

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
    const bus = new ServiceBusClient(connection, { retryOptions });
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
    const directory = newDirectory();
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

  /** Takes the disk away under a queue full of large messages. */
  const fullWith = async (queue: string, count: number, directory: string) => {
    const files = createMemoryFiles();
    const broker = await start(files, directory);
    const sender = broker.bus.createSender(queue);
    for (let n = 0; n < count; n += 1) {
      await sender.sendMessages({ messageId: String(n), body: Buffer.alloc(200_000) });
    }
    files.room = 0;
    return { ...broker, files };
  };
  /** Ids in the queue and in its dead-letter queue after the process was killed here and now. */
  const foundAfterKill = async (
    { files, stop }: { files: ReturnType<typeof createMemoryFiles>; stop: () => Promise<void> },
    queue: string,
    directory: string,
  ) => {
    const killed = copyOf(files);
    await stop();
    const { bus } = await start(killed, directory);
    const idsIn = async (receiver: ServiceBusReceiver) => {
      const ids: string[] = [];
      for (;;) {
        const peeked = await receiver.peekMessages(100);
        if (peeked.length === 0) return ids;
        ids.push(...peeked.map(({ messageId }) => String(messageId)));
      }
    };
    return {
      main: await idsIn(bus.createReceiver(queue)),
      dead: await idsIn(bus.createReceiver(queue, { subQueueType: "deadLetter" })),
    };
  };
  /** Settles one message after the other until that is refused; `settled` gets those before it. */
  const settleAll = async (
    receiver: ServiceBusReceiver,
    settle: (message: ServiceBusReceivedMessage) => Promise<void>,
    settled: string[],
  ) => {
    for (;;) {
      const [message] = await receiver.receiveMessages(1, { maxWaitTimeInMs: 1_000 });
      if (!message) throw new Error("all were taken");
      await settle(message);
      settled.push(String(message.messageId));
    }
  };
  const upTo = (count: number) => Array.from({ length: count }, (_, number) => String(number));

  it("refuses a settlement that writes a message again, which stays as it was", async () => {
    const directory = newDirectory();
    const broker = await fullWith("orders", 10, directory);
    const receiver = broker.bus.createReceiver("orders");
    const dead: string[] = [];

    const deadLettering = settleAll(
      receiver,
      (message) => receiver.deadLetterMessage(message),
      dead,
    );

    await expect(deadLettering).rejects.toMatchObject({ code: "QuotaExceeded" });
    const [changed, done] = await receiver.receiveMessages(2);
    if (!changed || !done) throw new Error("there were more");
    await expect(receiver.abandonMessage(changed, { seen: true })).rejects.toMatchObject({
      code: "QuotaExceeded",
    });
    await receiver.completeMessage(done);

    const found = await foundAfterKill(broker, "orders", directory);
    const gone = [...dead, String(done.messageId)];
    expect(found).toEqual({ main: upTo(10).filter((id) => !gone.includes(id)), dead });
  });

  it("acknowledges nothing that it cannot keep, and goes on once there is room", async () => {
    const directory = newDirectory();
    const broker = await fullWith("once", 40, directory);
    const receiver = broker.bus.createReceiver("once");
    const acknowledged: string[] = [];
    // The broker itself dead-letters each, which uses up what it has set aside.
    const abandoning = settleAll(
      receiver,
      (message) => receiver.abandonMessage(message),
      acknowledged,
    );

    await expect(abandoning).rejects.toThrow(/./);
    const atTheEnd = { ...broker, files: copyOf(broker.files) };
    broker.files.room = Number.POSITIVE_INFINITY;
    await broker.bus.createSender("orders").sendMessages({ body: "room again" });

    const { main, dead } = await foundAfterKill(atTheEnd, "once", directory);
    expect(acknowledged.length).toBeGreaterThan(10);
    expect(dead).toEqual(acknowledged);
    expect(main).toEqual(upTo(40).filter((id) => !dead.includes(id)));
  });
});
