import type {
  EventHubFunctionOptions,
  HttpFunctionOptions,
  ServiceBusQueueFunctionOptions,
  TimerFunctionOptions,
} from "@azure/functions";
import type { FunctionApp } from "../../shared/services.ts";

/** What each register function passed to `app`, by function name. */
export type RecordingApp = FunctionApp & {
  readonly https: ReadonlyMap<string, HttpFunctionOptions>;
  readonly queues: ReadonlyMap<string, ServiceBusQueueFunctionOptions>;
  readonly hubs: ReadonlyMap<string, EventHubFunctionOptions>;
  readonly timers: ReadonlyMap<string, TimerFunctionOptions>;
};

/** Stands in for `app`: registers nothing, remembers everything, refuses a name used twice. */
export function recordingApp(): RecordingApp {
  const names = new Set<string>();
  const https = new Map<string, HttpFunctionOptions>();
  const queues = new Map<string, ServiceBusQueueFunctionOptions>();
  const hubs = new Map<string, EventHubFunctionOptions>();
  const timers = new Map<string, TimerFunctionOptions>();

  const record =
    <Options>(map: Map<string, Options>) =>
    (name: string, options: Options) => {
      if (names.has(name)) throw new Error(`function ${name} is registered twice`);
      names.add(name);
      map.set(name, options);
    };

  return {
    https,
    queues,
    hubs,
    timers,
    http: record(https),
    serviceBusQueue: record(queues) as FunctionApp["serviceBusQueue"],
    eventHub: record(hubs) as FunctionApp["eventHub"],
    timer: record(timers),
  };
}
