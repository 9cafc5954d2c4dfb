import type { Connection } from "./connections.ts";
import { startEventHubListener } from "./eventHubs/eventHubListener.ts";
import { type HostedFunction, triggeredBy } from "./functions.ts";
import type { HostJson } from "./hostJson.ts";
import type { Listening } from "./http/listenOnLoopback.ts";
import type { Invoke } from "./invoke.ts";
import type { Listener } from "./listener.ts";
import type { Log } from "./log.ts";
import { startBatchListener } from "./serviceBus/batchListener.ts";
import { clientFactory } from "./serviceBus/clientFactory.ts";
import type { Deliveries } from "./serviceBus/deliveries.ts";
import { startSingleListener } from "./serviceBus/singleListener.ts";
import type { Settings } from "./settings.ts";
import { parseSchedule } from "./timer/schedule.ts";
import { startTimerListener } from "./timer/timerListener.ts";

export type ListenersOptions = {
  readonly functions: readonly HostedFunction[];
  readonly hostJson: HostJson;
  readonly storage: Connection | undefined;
  readonly deliveries: Deliveries;
  readonly settings: Settings;
  readonly invoke: Invoke;
  readonly log: Log;
};

const clock = { now: Date.now, random: Math.random };

export type Listeners = {
  readonly http: Listening;
  readonly others: readonly Listener[];
};

/**
 * Everything that calls functions. What can be wrong is found first, HTTP listens next, and the others
 * follow without waiting for their services.
 */
export async function startListeners(
  options: ListenersOptions,
  startHttp: () => Promise<Listening>,
): Promise<Listeners> {
  const { functions, settings } = options;
  const timers = functions.filter(triggeredBy("timer")).map((fn) => ({
    ...options,
    ...clock,
    fn,
    schedule: parseSchedule(fn.trigger.schedule, settings["WEBSITE_TIME_ZONE"]),
  }));
  const http = await startHttp();
  try {
    const queues = await Promise.all(
      functions
        .filter(triggeredBy("serviceBus"))
        .map(async (fn) => ({ fn, newClient: await clientFactory(fn.trigger) })),
    );
    const { hostJson, storage, ...ports } = options;
    const others = [
      ...queues.map(({ fn, newClient }) => {
        const start = fn.trigger.cardinality === "one" ? startSingleListener : startBatchListener;
        return start({ ...ports, ...clock, fn, newClient, options: hostJson.serviceBus });
      }),
      ...(storage === undefined ? [] : functions.filter(triggeredBy("eventHub"))).map((fn) =>
        startEventHubListener({
          ...ports,
          ...clock,
          fn,
          storage: storage as Connection,
          options: hostJson.eventHubs,
        }),
      ),
      ...timers.map(startTimerListener),
    ];
    return { http, others };
  } catch (error) {
    http.cut();
    await http.close();
    throw error;
  }
}
