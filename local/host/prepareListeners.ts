import type { Connection } from "./connections.ts";
import { startEventHubListener } from "./eventHubs/eventHubListener.ts";
import { type HostedFunction, triggeredBy } from "./functions.ts";
import type { HostJson } from "./hostJson.ts";
import type { Invoke } from "./invoke.ts";
import type { Listener } from "./listener.ts";
import type { Log } from "./log.ts";
import { startBatchListener } from "./serviceBus/batchListener.ts";
import { clientFactory } from "./serviceBus/clientFactory.ts";
import type { Deliveries } from "./serviceBus/deliveries.ts";
import { startSingleListener } from "./serviceBus/singleListener.ts";
import type { Settings } from "./settings.ts";
import { blobLease } from "./storage/blobLease.ts";
import { hostFiles } from "./storage/hostFiles.ts";
import { openQueue } from "./storageQueue/openQueue.ts";
import { startQueueListener } from "./storageQueue/queueListener.ts";
import { parseSchedule } from "./timer/schedule.ts";
import { startTimerListener } from "./timer/timerListener.ts";
import { timerStatusBlob } from "./timer/timerStatusBlob.ts";

export type ListenersOptions = {
  readonly functions: readonly HostedFunction[];
  readonly hostJson: HostJson;
  /** The host's own storage; needed by all triggers but HTTP. */
  readonly storage: Connection | undefined;
  /** Names the app there; the same on all its hosts. */
  readonly hostId: string;
  readonly deliveries: Deliveries;
  readonly settings: Settings;
  readonly invoke: Invoke;
  readonly log: Log;
};

const clock = { now: Date.now, random: Math.random };

/**
 * Everything but HTTP that calls functions. What can be wrong is found now; what is returned starts them,
 * as often as it is called, without waiting for their services.
 */
export function prepareListeners(options: ListenersOptions): () => Promise<readonly Listener[]> {
  const { functions, hostJson, settings, storage, hostId, ...ports } = options;
  const timers = functions.filter(triggeredBy("timer")).map((fn) => ({
    fn,
    schedule: parseSchedule(fn.trigger.schedule, settings["WEBSITE_TIME_ZONE"]),
  }));

  return async () => {
    const queues = await Promise.all(
      functions
        .filter(triggeredBy("serviceBus"))
        .map(async (fn) => ({ fn, newClient: await clientFactory(fn.trigger) })),
    );
    const storageQueues = await Promise.all(
      functions.filter(triggeredBy("queue")).map(async (fn) => ({
        fn,
        queue: await openQueue(fn.trigger.connection, fn.trigger.queueName),
      })),
    );
    const started: Listener[] = [
      ...queues.map(({ fn, newClient }) => {
        const start = fn.trigger.cardinality === "one" ? startSingleListener : startBatchListener;
        return start({ ...ports, ...clock, fn, newClient, options: hostJson.serviceBus });
      }),
      ...storageQueues.map(({ fn, queue }) =>
        startQueueListener({ ...ports, ...clock, fn, queue, options: hostJson.queues }),
      ),
    ];
    if (storage === undefined) return started;
    const files = hostFiles(storage);
    const { singleton } = hostJson;
    return [
      ...started,
      ...functions
        .filter(triggeredBy("eventHub"))
        .map((fn) =>
          startEventHubListener({ ...ports, ...clock, fn, storage, options: hostJson.eventHubs }),
        ),
      ...timers.map(({ fn, schedule }) => {
        const name = `Host.Functions.${fn.name}`;
        return startTimerListener({
          ...ports,
          ...clock,
          ...singleton,
          fn,
          schedule,
          lease: blobLease(files, `locks/${hostId}/${name}.Listener`, singleton.leaseMs),
          status: timerStatusBlob(files, `timers/${hostId}/${name}/status`),
        });
      }),
    ];
  };
}
