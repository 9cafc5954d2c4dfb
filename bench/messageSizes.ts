import {
  ServiceBusClient,
  type ServiceBusReceivedMessage,
  type ServiceBusReceiver,
} from "@azure/service-bus";
import { QUEUE, withBroker } from "./benchBroker.ts";
import { bodyOf } from "./body.ts";
import { median, type Row } from "./row.ts";

const SIZES = [
  /** The client's link holds 2,047 messages that are not settled, and then waits for ever. */
  { name: "1 KB", body: bodyOf(1_024), messages: 2_000 },
  { name: "64 KB", body: bodyOf(65_536), messages: 200 },
];
const ROUNDS = 3;
const SENDS_AT_ONCE = 64;
const COMPLETES_AT_ONCE = 100;
const RECEIVED_AT_ONCE = 500;
const OPENINGS = 10;

/**
 * What each step of a message costs, one after the other with the real client and the emulator in memory:
 * sent one by one, 64 at a time; received under locks; completed, 100 at a time. And how long a new client
 * takes to its first message.
 */
export async function measureMessageSizes(): Promise<readonly Row[]> {
  return withBroker(async ({ connectionString }) => {
    const client = new ServiceBusClient(connectionString);
    try {
      const rows: Row[] = [];
      for (const size of SIZES) rows.push(...(await steps(client, size)));
      return [...rows, await opening(client, connectionString)];
    } finally {
      await client.close();
    }
  });
}

async function steps(
  client: ServiceBusClient,
  { name, body, messages }: (typeof SIZES)[number],
): Promise<Row[]> {
  const sender = client.createSender(QUEUE);
  const receiver = client.createReceiver(QUEUE);
  const rounds: Record<"send" | "receive" | "complete", number>[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const all = Array.from({ length: messages }, () => ({ body }));
    let received: ServiceBusReceivedMessage[] = [];
    const figures = {
      send: await rate(messages, () =>
        inLanes(SENDS_AT_ONCE, all, (message) => sender.sendMessages(message)),
      ),
      receive: await rate(messages, async () => {
        received = await receiveAll(receiver, messages);
      }),
      complete: await rate(messages, () =>
        inLanes(COMPLETES_AT_ONCE, received, (message) => receiver.completeMessage(message)),
      ),
    };
    if (round > 0) rounds.push(figures); // the first one opens the links and warms them up
  }
  await Promise.all([sender.close(), receiver.close()]);
  return (["send", "receive", "complete"] as const).map((step) => ({
    name: `Service Bus: ${step} at ${name}`,
    value: median(rounds.map((figures) => figures[step])),
    unit: "messages/s",
  }));
}

async function opening(other: ServiceBusClient, connectionString: string): Promise<Row> {
  const sender = other.createSender(QUEUE);
  const times: number[] = [];
  for (let opened = 0; opened <= OPENINGS; opened += 1) {
    await sender.sendMessages({ body: bodyOf(1_024) });
    const startedAt = performance.now();
    const client = new ServiceBusClient(connectionString);
    const receiver = client.createReceiver(QUEUE, { receiveMode: "receiveAndDelete" });
    await receiver.receiveMessages(1);
    if (opened > 0) times.push(performance.now() - startedAt);
    await client.close();
  }
  await sender.close();
  const name = "Service Bus: from opening a client to its first message";
  return { name, value: median(times), unit: "ms" };
}

/** Never asks for more than is there: the client would wait a second for the rest. */
async function receiveAll(receiver: ServiceBusReceiver, messages: number) {
  const received: ServiceBusReceivedMessage[] = [];
  while (received.length < messages) {
    const left = messages - received.length;
    received.push(...(await receiver.receiveMessages(Math.min(RECEIVED_AT_ONCE, left))));
  }
  return received;
}

async function inLanes<T>(
  lanes: number,
  items: readonly T[],
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  const left = items.values();
  const lane = async () => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

async function rate(count: number, work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return count / ((performance.now() - startedAt) / 1_000);
}
