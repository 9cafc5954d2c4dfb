import { createLineState } from "../lineState.ts";
import type { Listener } from "../listener.ts";
import { pauseBetween } from "../pauseBetween.ts";
import { createPending } from "../pending.ts";
import { type HandleMessageOptions, handleMessage } from "./handleMessage.ts";
import { HIDDEN_MS } from "./keepHidden.ts";

export type QueueListenerOptions = HandleMessageOptions & {
  readonly random: () => number;
};

/** The real host looks again after this long at the soonest. */
const LEAST_POLLING_MS = 100;

/**
 * Messages of a storage queue: takes `batchSize` at a time, and more when only `newBatchThreshold` are left
 * under way. A queue without messages, or out of reach, is asked more and more rarely, down to once in
 * `maxPollingInterval`.
 */
export function startQueueListener(listener: QueueListenerOptions): Listener {
  const { fn, queue, options, log, random } = listener;
  const { batchSize, newBatchThreshold, maxPollingIntervalMs } = options;
  const line = createLineState(log, `Function.${fn.name}`, `queue ${fn.trigger.queueName}`);
  const stopping = new AbortController();
  const { signal } = stopping;
  const underWay = createPending();

  const loop = async () => {
    const idle = pauseBetween({
      firstMs: LEAST_POLLING_MS,
      mostMs: maxPollingIntervalMs,
      signal,
      random,
    });
    while (!signal.aborted) {
      try {
        const messages = await queue.receive(batchSize, HIDDEN_MS);
        line.up();
        for (const message of messages) underWay.add(handleMessage(listener, message));
        if (messages.length === 0) await idle.wait();
        else idle.reset();
      } catch (error) {
        line.down(error);
        await idle.wait();
      }
      await underWay.atMost(newBatchThreshold);
    }
  };
  const ended = loop();

  return {
    pause: async () => stopping.abort(),
    close: async () => {
      await ended;
      await underWay.atMost(0);
    },
  };
}
