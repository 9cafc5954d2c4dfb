import type { ServiceBusClient, ServiceBusSender } from "@azure/service-bus";
import { body } from "./body.ts";

const SENDS_AT_ONCE = 64;
const CALLS_AT_ONCE = 100;
/** Messages of 1 KB in one batch, well below the limit of 256 KB. */
const BATCH = 150;

const message = { body };

/** From the first completed message to the last. */
export type Completed = { readonly perSecond: number; readonly longestGapMs: number };

/** Sends so many messages one by one, 64 at a time. */
export type Send = (messages: number) => Promise<void>;

/** Sends while another link receives and completes; both are open before. The client itself sends, unless `other` does. */
export async function exchange(
  client: ServiceBusClient,
  queue: string,
  messages: number,
  other?: Send,
): Promise<Completed> {
  const sender = client.createSender(queue); // opened when it is used
  const send = other ?? sendWith(sender);
  const { first, all } = completeAll(client, queue, messages + 1);
  await send(1);
  await first;
  await send(messages);
  const completed = await all;
  await sender.close();
  return completed;
}

export function sendWith(sender: ServiceBusSender): Send {
  return async (messages) => {
    let left = messages;
    const lane = async () => {
      while (left-- > 0) await sender.sendMessages(message);
    };
    await Promise.all(Array.from({ length: SENDS_AT_ONCE }, lane));
  };
}

/** Puts messages into a queue, in batches. */
export async function fill(
  client: ServiceBusClient,
  queue: string,
  messages: number,
): Promise<void> {
  const sender = client.createSender(queue);
  for (let left = messages; left > 0; left -= BATCH) {
    await sender.sendMessages(Array.from({ length: Math.min(left, BATCH) }, () => message));
  }
  await sender.close();
}

/** Receives and completes that many messages, up to 100 at a time. */
export function completeAll(
  client: ServiceBusClient,
  queue: string,
  messages: number,
): { readonly first: Promise<void>; readonly all: Promise<Completed> } {
  const receiver = client.createReceiver(queue);
  const first = Promise.withResolvers<void>();
  const last = Promise.withResolvers<Completed>();
  let completed = 0;
  let startedAt = 0;
  let latestAt = 0;
  let longestGapMs = 0;
  const count = () => {
    const now = performance.now();
    completed += 1;
    if (completed === 1) startedAt = latestAt = now;
    longestGapMs = Math.max(longestGapMs, now - latestAt);
    latestAt = now;
    first.resolve();
    if (completed < messages) return;
    last.resolve({ perSecond: (messages - 1) / ((now - startedAt) / 1_000), longestGapMs });
  };
  const subscription = receiver.subscribe(
    {
      processMessage: (received) => receiver.completeMessage(received).then(count),
      processError: ({ error }) => Promise.resolve(last.reject(error)),
    },
    { autoCompleteMessages: false, maxConcurrentCalls: CALLS_AT_ONCE },
  );
  const all = last.promise.then(async (figures) => {
    await subscription.close();
    await receiver.close();
    return figures;
  });
  return { first: Promise.race([first.promise, all]).then(() => {}), all };
}
