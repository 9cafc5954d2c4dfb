import {
  EventHubConsumerClient,
  EventHubProducerClient,
  earliestEventPosition,
} from "@azure/event-hubs";
import { ServiceBusClient } from "@azure/service-bus";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { startRelay } from "../../support/relay.ts";
import { anIdempotentProducer } from "../eventHubs/anIdempotentProducer.ts";
import { type KillableBroker, startKillableBroker } from "./killableBroker.ts";

describe("a broker that is started again on the same files", () => {
  let broker: KillableBroker;
  let clients: ServiceBusClient[] = [];
  beforeEach(async () => {
    broker = await startKillableBroker({
      queues: [
        { Name: "orders" },
        { Name: "once", Properties: { RequiresDuplicateDetection: true } },
      ],
      hubs: [{ Name: "telemetry", PartitionCount: 1, ConsumerGroups: [] }],
    });
  });
  afterEach(async () => {
    await Promise.all(clients.map((client) => client.close()));
    clients = [];
    await broker.stop();
  });
  const connect = () => {
    const client = new ServiceBusClient(broker.connectionString());
    clients.push(client);
    return client;
  };
  const counts = async () => (await fetch(`${broker.adminUrl()}/entities`)).json();

  it.each(["restart", "killAndStart"] as const)(
    "has its messages in their states (%s)",
    async (how) => {
      const before = connect();
      const sender = before.createSender("orders");
      await sender.sendMessages(["a", "b", "c", "d"].map((body) => ({ body })));
      const receiver = before.createReceiver("orders");
      const [a, b, c] = await receiver.receiveMessages(3);
      if (!a || !b || !c) throw new Error("three were sent");
      await receiver.abandonMessage(a);
      await receiver.deferMessage(b);
      await receiver.deadLetterMessage(c);
      await sender.scheduleMessages({ body: "later" }, new Date(Date.now() + 3_600_000));
      await before.createReceiver("orders").receiveMessages(1);

      await broker[how]();

      expect(await counts()).toMatchObject({
        queues: [{ active: 2, scheduled: 1, deferred: 1, deadLettered: 1, locked: 0 }, {}],
      });
      const after = connect().createReceiver("orders");
      const received = await after.receiveMessages(2);
      expect(received.map(({ body, deliveryCount }) => [body, deliveryCount])).toEqual([
        ["a", 1],
        ["d", 0],
      ]);
      const [deferred] = await after.receiveDeferredMessages(b.sequenceNumber ?? []);
      expect(deferred?.body).toBe("b");
    },
  );

  it("still knows the message ids that it has seen", async () => {
    const sender = connect().createSender("once");
    await sender.sendMessages({ messageId: "same", body: 1 });

    await broker.killAndStart();
    await connect().createSender("once").sendMessages({ messageId: "same", body: 2 });

    expect(await counts()).toMatchObject({ queues: [{}, { active: 1 }] });
  });

  it("goes on with a hub's sequence numbers", async () => {
    const producer = new EventHubProducerClient(broker.connectionString(), "telemetry");
    await producer.sendBatch([{ body: 1 }, { body: 2 }]);

    await broker.killAndStart();

    const { lastEnqueuedSequenceNumber } = await producer.getPartitionProperties("0");
    await producer.close();
    expect(lastEnqueuedSequenceNumber).toBe(1);
  });

  it("appends once what an idempotent producer sends again after the broker was killed", async () => {
    const port = Number(/:(\d+)/.exec(broker.connectionString())?.[1]);
    const relay = await startRelay(port);
    onTestFinished(relay.close);
    const producer = anIdempotentProducer(
      broker.connectionString().replace(`:${port}`, `:${relay.port}`),
      "telemetry",
    );
    onTestFinished(() => producer.close());
    const enqueued = async () => {
      const response = await fetch(`${broker.adminUrl()}/entities`);
      const { hubs } = (await response.json()) as {
        hubs: { partitions: { lastSequenceNumber: number }[] }[];
      };
      return hubs[0]?.partitions[0]?.lastSequenceNumber;
    };
    await producer.sendBatch([{ body: 1 }], { partitionId: "0" });

    relay.deafen();
    const sending = producer.sendBatch([{ body: 2 }, { body: 3 }], { partitionId: "0" });
    await vi.waitFor(async () => expect(await enqueued()).toBe(2));
    await broker.killAndStart();
    relay.cut();
    await sending;
    await producer.sendBatch([{ body: 4 }], { partitionId: "0" });

    expect(await enqueued()).toBe(3);
  });

  it("goes on with the numbers of a hub that was reset before, and with its readers", async () => {
    const producer = new EventHubProducerClient(broker.connectionString(), "telemetry");
    const consumer = new EventHubConsumerClient(
      "$Default",
      broker.connectionString(),
      "telemetry",
      { retryOptions: { retryDelayInMs: 50 } },
    );
    const seen: unknown[] = [];
    const subscription = consumer.subscribe(
      {
        processEvents: async (events) => {
          seen.push(...events.map(({ body, sequenceNumber }) => [body, sequenceNumber]));
        },
        processError: async () => {},
      },
      { startPosition: earliestEventPosition, maxWaitTimeInSeconds: 1 },
    );
    onTestFinished(async () => {
      await subscription.close();
      await Promise.all([consumer.close(), producer.close()]);
    });
    await producer.sendBatch([{ body: "a" }, { body: "b" }]);
    await vi.waitFor(() => expect(seen).toHaveLength(2), { timeout: 10_000 });

    await fetch(`${broker.adminUrl()}/reset?entity=telemetry`, { method: "POST" });
    await producer.sendBatch([{ body: "c" }]);
    await vi.waitFor(() => expect(seen).toHaveLength(3), { timeout: 10_000 });
    await fetch(`${broker.adminUrl()}/reset?entity=telemetry`, { method: "POST" });
    await broker.killAndStart();
    const { isEmpty, lastEnqueuedSequenceNumber } = await producer.getPartitionProperties("0");
    await producer.sendBatch([{ body: "d" }]);
    await vi.waitFor(() => expect(seen).toHaveLength(4), { timeout: 10_000 });

    expect([isEmpty, lastEnqueuedSequenceNumber]).toEqual([true, 2]);
    expect(seen).toEqual([
      ["a", 0],
      ["b", 1],
      ["c", 2],
      ["d", 3],
    ]);
  });

  it("has forgotten the one entity that was reset, and no other", async () => {
    await connect().createSender("orders").sendMessages({ body: 1 });
    await connect().createSender("once").sendMessages({ body: 1 });

    const reset = (name: string) =>
      fetch(`${broker.adminUrl()}/reset?entity=${name}`, { method: "POST" });
    const answers = [(await reset("Orders")).status, (await reset("nothing")).status];
    await broker.killAndStart();

    expect(answers).toEqual([204, 404]);
    expect(await counts()).toMatchObject({ queues: [{ active: 0 }, { active: 1 }] });
  });
});
