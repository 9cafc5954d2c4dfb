import type { Connection } from "../connections.ts";
import type { EventHubTrigger, HostedFunction } from "../functions.ts";
import type { EventHubsOptions } from "../hostJson.ts";
import type { Invoke } from "../invoke.ts";
import { createLineState } from "../lineState.ts";
import type { Listener } from "../listener.ts";
import type { Log } from "../log.ts";
import { pauseBetween } from "../pauseBetween.ts";
import { createRestartedHub } from "./restartedHub.ts";
import { createRunEvents } from "./runEvents.ts";
import { subscribe } from "./subscribe.ts";

export type EventHubListenerOptions = {
  readonly fn: HostedFunction<EventHubTrigger>;
  /** The host's own storage, which keeps checkpoints and ownership. */
  readonly storage: Connection;
  readonly options: EventHubsOptions;
  readonly invoke: Invoke;
  readonly log: Log;
  readonly now: () => number;
  readonly random: () => number;
};

/**
 * Partitions shared among all hosts of a consumer group by the SDK's greedy load balancing; within one
 * partition events run in order, partitions run beside each other. It starts in the background, and anew
 * for as long as hub or storage cannot be reached, or when the SDK gives a partition up.
 */
export function startEventHubListener(listener: EventHubListenerOptions): Listener {
  const { fn, invoke, random, log } = listener;
  const category = `Function.${fn.name}`;
  const { hub, consumerGroup } = fn.trigger;
  const line = createLineState(log, category, `event hub ${hub}, group ${consumerGroup},`);
  const stopping = new AbortController();
  const closing = new AbortController();
  const restartedHub = createRestartedHub((text) =>
    log("warning", category, `event hub ${hub}: ${text}`),
  );
  const run = createRunEvents(fn, invoke, { random, signal: stopping.signal });

  const loop = async () => {
    const { signal } = stopping;
    const retryDelay = pauseBetween({ firstMs: 250, mostMs: 5_000, signal });
    while (!signal.aborted) {
      try {
        await subscribe({
          ...listener,
          run,
          restartedHub,
          line,
          category,
          isStopping: () => signal.aborted,
          closing: closing.signal,
          onConnected: retryDelay.reset,
        });
      } catch (error) {
        if (signal.aborted) return;
        line.down(error);
        await retryDelay.wait();
      }
    }
  };
  const ended = loop();

  return {
    pause: async () => stopping.abort(),
    close: async () => {
      closing.abort();
      await ended;
    },
  };
}
