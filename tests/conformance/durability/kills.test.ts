import { setTimeout as sleep } from "node:timers/promises";
import { EventHubConsumerClient, EventHubProducerClient } from "@azure/event-hubs";
import {
  ServiceBusClient,
  type ServiceBusReceivedMessage,
  type ServiceBusReceiver,
} from "@azure/service-bus";
import { describe, it } from "vitest";
import { randomFrom } from "../../support/randomFrom.ts";
import { startKillableBroker } from "./killableBroker.ts";
import { type Asked, QueueLedger, type Settling } from "./ledger.ts";

const KILLS = Number(process.env["KILLS"] ?? 50);
const SEED = Number(process.env["SEED"] ?? Date.now());
const LIMIT_MS = 30_000 + KILLS * 3_000;
const LONGEST_LIFE_MS = 900;
const SCHEDULED_MS = 300;

/** One attempt a call, so that what was not acknowledged can be there once at the most. */
const retryOptions = { maxRetries: 0, timeoutInMs: 3_000 };

// Each waits most of the time, so they do side by side.
describe.concurrent(`a broker that is killed ${KILLS} times at random moments under load`, () => {
  it("loses no message or settlement that it acknowledged and invents none", {
    timeout: LIMIT_MS,
  }, async ({ expect, onTestFinished }) => {
    process.stdout.write(`kills under queue load: ${KILLS}, seed ${SEED}\n`);
    const started = await startKillableBroker();
    onTestFinished(started.stop);
    const random = randomFrom(SEED);
    const ledger = new QueueLedger();
    const work: Promise<unknown>[] = [];

    for (let life = 0; life < KILLS; life += 1) {
      const load = startQueueLoad(started.connectionString(), ledger, life);
      work.push(load.ended);
      await sleep(random() * LONGEST_LIFE_MS);
      load.over();
      await started.killAndStart();
    }
    await lastWords(work);

    await sleep(SCHEDULED_MS); // a message that becomes available while one looks is seen twice
    const found = await everything(started.connectionString());
    const acknowledged = [...ledger.sends.values()].filter((s) => s.outcome === "acknowledged");
    process.stdout.write(
      `${ledger.sends.size} sends, ${acknowledged.length} acknowledged, ${ledger.settlements.size} settlements, ${found.length} messages left\n`,
    );
    expect(ledger.judge(found)).toEqual([]);
    expect(acknowledged.length).toBeGreaterThan(KILLS * 10);
  });

  it("loses no event that it acknowledged, keeps their numbers without a gap and invents none", {
    timeout: LIMIT_MS,
  }, async ({ expect, onTestFinished }) => {
    process.stdout.write(`kills under hub load: ${KILLS}, seed ${SEED}\n`);
    const started = await startKillableBroker({
      hubs: [{ Name: "telemetry", PartitionCount: 2, ConsumerGroups: [] }],
    });
    onTestFinished(started.stop);
    const random = randomFrom(SEED);
    const sent = new Map<string, "asked" | "acknowledged">();
    const work: Promise<unknown>[] = [];

    for (let life = 0; life < KILLS; life += 1) {
      const load = startHubLoad(started.connectionString(), sent, life);
      work.push(load.ended);
      await sleep(random() * LONGEST_LIFE_MS);
      load.over();
      await started.killAndStart();
    }
    await lastWords(work);

    const read = await allEvents(started.connectionString());
    const acknowledged = [...sent].filter(([, outcome]) => outcome === "acknowledged");
    const ids = read.map(({ id }) => id);
    const there = new Set(ids);
    process.stdout.write(`${sent.size} events sent, ${acknowledged.length} acknowledged\n`);
    expect(acknowledged.filter(([id]) => !there.has(id))).toEqual([]);
    expect(ids.filter((id) => !sent.has(id))).toEqual([]);
    expect(there.size).toBe(ids.length);
    for (const partition of ["0", "1"]) {
      const numbers = read.filter((one) => one.partition === partition).map((one) => one.number);
      expect(numbers).toEqual(numbers.map((_, index) => index));
    }
    expect(acknowledged.length).toBeGreaterThan(KILLS * 10);
  });
});

/** Calls of the last life may still be on their way; clients that were cut off may never say a word. */
async function lastWords(work: readonly Promise<unknown>[]): Promise<void> {
  await Promise.race([Promise.all(work), sleep(retryOptions.timeoutInMs + 1_000)]);
}

/** Sends, schedules, receives and settles in all ways until told otherwise or cut off. */
function startQueueLoad(connectionString: string, ledger: QueueLedger, life: number) {
  const load = { running: true };
  const client = new ServiceBusClient(connectionString, { retryOptions });
  const lane = async (name: string) => {
    const sender = client.createSender("orders");
    for (let n = 0; load.running; n += 1) {
      const messageId = `${life}-${name}-${n}`;
      const scheduled = n % 5 === 4;
      ledger.sends.set(messageId, { outcome: "asked", scheduled });
      const message = { messageId, body: messageId.repeat(50) };
      if (scheduled) await sender.scheduleMessages(message, new Date(Date.now() + SCHEDULED_MS));
      else await sender.sendMessages(message);
      ledger.sends.set(messageId, { outcome: "acknowledged", scheduled });
    }
  };
  const settler = async () => {
    const receiver = client.createReceiver("orders");
    while (load.running) {
      const messages = await receiver.receiveMessages(20, { maxWaitTimeInMs: 200 });
      for (const message of messages) {
        ledger.delivered(String(message.messageId), String(message.sequenceNumber));
      }
      for (const message of messages) await settle(receiver, message, ledger);
    }
  };
  const ended = Promise.allSettled([lane("a"), lane("b"), lane("c"), settler()]).then(() =>
    client.close().catch(() => {}),
  );
  return { ended, over: () => (load.running = false) };
}

async function settle(
  receiver: ServiceBusReceiver,
  message: ServiceBusReceivedMessage,
  ledger: QueueLedger,
): Promise<void> {
  const id = String(message.messageId);
  const ways: readonly Settling[] = ["complete", "complete", "deadLetter", "defer", "abandon"];
  const chosen = ways[Number(id.split("-")[2]) % ways.length] ?? "complete";
  const how = chosen === "abandon" && message.deliveryCount ? "complete" : chosen;
  const asked: Asked<Settling> = { how, outcome: "asked" };
  ledger.settlements.set(id, asked);
  await {
    complete: () => receiver.completeMessage(message),
    deadLetter: () => receiver.deadLetterMessage(message),
    defer: () => receiver.deferMessage(message),
    abandon: () => receiver.abandonMessage(message, { seen: true }),
  }[how]();
  // Its own asking only: what was given back may have been received again meanwhile, by a later life.
  asked.outcome = "acknowledged";
}

async function everything(connectionString: string) {
  const client = new ServiceBusClient(connectionString);
  const found: { id: string; state: string; sequenceNumber: string }[] = [];
  for (const part of ["main", "deadLetter"] as const) {
    const receiver = client.createReceiver("orders", {
      ...(part === "deadLetter" && { subQueueType: "deadLetter" }),
    });
    for (;;) {
      const messages = await receiver.peekMessages(200);
      for (const { messageId, sequenceNumber, state } of messages) {
        found.push({
          id: String(messageId),
          state: part === "main" ? (state ?? "active") : "dead",
          sequenceNumber: String(sequenceNumber),
        });
      }
      if (messages.length === 0) break;
    }
  }
  await client.close();
  return found;
}

function startHubLoad(
  connectionString: string,
  sent: Map<string, "asked" | "acknowledged">,
  life: number,
) {
  const load = { running: true };
  const producer = new EventHubProducerClient(connectionString, "telemetry", { retryOptions });
  const lane = async (partitionId: string) => {
    for (let n = 0; load.running; n += 1) {
      const ids = [0, 1, 2].map((one) => `${life}-${partitionId}-${n}-${one}`);
      for (const id of ids) sent.set(id, "asked");
      await producer.sendBatch(
        ids.map((body) => ({ body })),
        { partitionId },
      );
      for (const id of ids) sent.set(id, "acknowledged");
    }
  };
  const ended = Promise.allSettled([lane("0"), lane("1")]).then(() =>
    producer.close().catch(() => {}),
  );
  return { ended, over: () => (load.running = false) };
}

async function allEvents(connectionString: string) {
  const consumer = new EventHubConsumerClient("$Default", connectionString, "telemetry");
  const read: { id: string; partition: string; number: number }[] = [];
  const last = new Map<string, number>();
  for (const partition of await consumer.getPartitionIds()) {
    const { lastEnqueuedSequenceNumber } = await consumer.getPartitionProperties(partition);
    if (lastEnqueuedSequenceNumber >= 0) last.set(partition, lastEnqueuedSequenceNumber);
  }
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const subscription = consumer.subscribe(
    {
      processEvents: (events, { partitionId: partition }) => {
        for (const { body, sequenceNumber } of events) {
          read.push({ id: String(body), partition, number: sequenceNumber });
          if (last.get(partition) === sequenceNumber) last.delete(partition);
        }
        if (last.size === 0) resolve();
        return Promise.resolve();
      },
      processError: (error) => Promise.resolve(reject(error)),
    },
    { startPosition: { sequenceNumber: -1 }, maxBatchSize: 500 },
  );
  await promise;
  await subscription.close();
  await consumer.close();
  return read;
}
