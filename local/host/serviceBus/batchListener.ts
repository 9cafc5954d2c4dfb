import type { ServiceBusReceivedMessage, ServiceBusReceiver } from "@azure/service-bus";
import { withinMs } from "../../withinMs.ts";
import { toMessageBody, UnsupportedBodyError } from "../converters/toMessageBody.ts";
import { toMessageBatchMetadata } from "../converters/toMessageMetadata.ts";
import { toTypedBody } from "../converters/toTypedBody.ts";
import type { ServiceBusOptions } from "../hostJson.ts";
import { createLineState } from "../lineState.ts";
import type { Listener } from "../listener.ts";
import { pauseBetween } from "../pauseBetween.ts";
import { createReceiver, describeEntity } from "./createReceiver.ts";
import { createHoldBack, type HoldBack } from "./holdBack.ts";
import { settleAfter } from "./settleAfter.ts";
import type { ServiceBusListenerOptions } from "./singleListener.ts";

/**
 * A batch an invocation, one batch at a time. Success completes every message that the app has not settled,
 * a throw abandons every one: there is no partial success. A batch's locks are never renewed.
 */
export function startBatchListener(listener: ServiceBusListenerOptions): Listener {
  const { newClient, fn, options, log } = listener;
  const line = createLineState(log, `Function.${fn.name}`, describeEntity(fn.trigger));
  const holdBack = createHoldBack();
  const stopping = new AbortController();
  const { signal } = stopping;
  let client = newClient();
  let receiver = createReceiver(client, fn.trigger);

  const loop = async () => {
    const retryDelay = pauseBetween({ firstMs: 250, mostMs: 5_000, signal });
    while (!signal.aborted) {
      try {
        const received = receiveBatch(receiver, options, signal);
        const messages = await withinMs(
          RECEIVE_LIMIT_MS + options.maxBatchWaitTimeMs,
          "a receive",
          received,
        );
        line.up();
        retryDelay.reset();
        if (messages.length === 0) continue;
        if (signal.aborted) await giveBack(receiver, messages);
        else await handle({ ...listener, holdBack, signal }, receiver, messages);
      } catch (error) {
        if (signal.aborted) return;
        line.down(error);
        client.close().catch(() => {});
        await retryDelay.wait();
        client = newClient();
        receiver = createReceiver(client, fn.trigger);
      }
    }
  };
  const ended = loop();

  return {
    pause: async () => stopping.abort(),
    close: async () => {
      await ended;
      await client.close().catch(() => {});
    },
  };
}

/** How long one receive waits for a first message. Stopping waits for its end, lest a message gets lost in it. */
const RECEIVE_WAIT_MS = 1_000;

/** A receive that has not ended by then hangs, so its connection is made anew. */
const RECEIVE_LIMIT_MS = 20_000;

/** As many messages as there are, at least the least batch unless its waiting time is over. */
async function receiveBatch(
  receiver: ServiceBusReceiver,
  { minMessageBatchSize, maxMessageBatchSize, maxBatchWaitTimeMs }: ServiceBusOptions,
  signal: AbortSignal,
): Promise<ServiceBusReceivedMessage[]> {
  const messages = await receiver.receiveMessages(maxMessageBatchSize, {
    maxWaitTimeInMs: RECEIVE_WAIT_MS,
  });
  const deadline = performance.now() + maxBatchWaitTimeMs;
  while (messages.length > 0 && messages.length < minMessageBatchSize && !signal.aborted) {
    const leftMs = deadline - performance.now();
    if (leftMs <= 0) break;
    const more = await receiver.receiveMessages(maxMessageBatchSize - messages.length, {
      maxWaitTimeInMs: Math.min(leftMs, RECEIVE_WAIT_MS),
    });
    messages.push(...more);
  }
  return messages;
}

/** What came in while the host was stopping goes back at once; without that it waits for its lock to run out. */
async function giveBack(
  receiver: ServiceBusReceiver,
  messages: readonly ServiceBusReceivedMessage[],
): Promise<void> {
  await Promise.allSettled(messages.map((message) => receiver.abandonMessage(message)));
}

type HandleOptions = ServiceBusListenerOptions & {
  readonly holdBack: HoldBack;
  readonly signal: AbortSignal;
};

async function handle(
  { fn, options, deliveries, invoke, log, now, holdBack, signal }: HandleOptions,
  receiver: ServiceBusReceiver,
  messages: readonly ServiceBusReceivedMessage[],
): Promise<void> {
  const category = `Function.${fn.name}`;
  const held = messages.map((message) => deliveries.add(receiver, message));
  const settleAll = async (outcome: "complete" | "abandon") => {
    await Promise.all(held.map((delivery) => settleAfter(outcome, delivery, log, category)));
  };
  try {
    await invoke(fn, {
      input: toTypedBody(messages.map(toMessageBody), "many", fn.trigger.dataType),
      triggerMetadata: toMessageBatchMetadata(messages),
    });
    holdBack.forget(messages);
    if (fn.trigger.autoComplete ?? options.autoCompleteMessages) await settleAll("complete");
  } catch (error) {
    if (error instanceof UnsupportedBodyError)
      log("error", category, `cannot bind ${error.message}`);
    if (fn.trigger.deadLetter) await holdBack.wait(messages, lockLeftMs(messages, now()), signal);
    await settleAll("abandon");
  } finally {
    for (const delivery of held) deliveries.remove(delivery);
  }
}

/** Time to settle what is held before its lock is over. */
const SETTLE_MS = 1_000;

/** How long the first lock to run out lasts, less the time to settle. */
function lockLeftMs(messages: readonly ServiceBusReceivedMessage[], now: number): number {
  const locks = messages.map(({ lockedUntilUtc }) => lockedUntilUtc?.getTime() ?? now);
  return Math.max(0, Math.min(...locks) - now - SETTLE_MS);
}
