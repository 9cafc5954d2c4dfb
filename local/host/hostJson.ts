import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { type ParseError, parse } from "jsonc-parser";
import { ignoredSettings } from "./ignoredSettings.ts";
import { type Section, section } from "./jsonSection.ts";
import { isLogLevel, type LogLevel } from "./log.ts";
import { StartUpError } from "./startUpError.ts";

export type ServiceBusOptions = {
  readonly maxConcurrentCalls: number;
  readonly maxMessageBatchSize: number;
  readonly minMessageBatchSize: number;
  readonly maxBatchWaitTimeMs: number;
  readonly autoCompleteMessages: boolean;
  readonly maxAutoLockRenewalMs: number;
};

export type EventHubsOptions = {
  readonly maxEventBatchSize: number;
  readonly minEventBatchSize: number;
  readonly maxWaitTimeMs: number;
  readonly batchCheckpointFrequency: number;
  readonly prefetchCount: number;
  readonly initialOffset:
    | { readonly type: "fromStart" }
    | { readonly type: "fromEnd" }
    | { readonly type: "fromEnqueuedTime"; readonly enqueuedTimeMs: number };
  readonly loadBalancingUpdateMs: number;
  readonly ownershipExpirationMs: number;
};

/** Storage queues: how they are asked, and what becomes of a message that fails. */
export type QueuesOptions = {
  readonly maxPollingIntervalMs: number;
  /** How long a message that failed stays unseen. */
  readonly visibilityTimeoutMs: number;
  readonly batchSize: number;
  readonly maxDequeueCount: number;
  readonly newBatchThreshold: number;
  readonly messageEncoding: "base64" | "none";
};

/** The lease by which one of several hosts runs a timer. */
export type SingletonOptions = {
  readonly leaseMs: number;
  /** A host without the lease asks for it this often. */
  readonly pollMs: number;
};

/** How many HTTP requests run and wait; no limit unless one is given, as outside the Consumption plan. */
export type HttpOptions = {
  readonly maxConcurrentRequests: number;
  readonly maxOutstandingRequests: number;
};

/** host.json as the host uses it. `functionTimeoutMs` undefined: no limit. */
export type HostJson = {
  readonly routePrefix: string;
  readonly functionTimeoutMs: number | undefined;
  readonly logLevels: Readonly<Record<string, LogLevel>>;
  readonly serviceBus: ServiceBusOptions;
  readonly eventHubs: EventHubsOptions;
  readonly queues: QueuesOptions;
  readonly singleton: SingletonOptions;
  readonly http: HttpOptions;
  /** Settings that have no effect here, by their paths. */
  readonly ignored: readonly string[];
};

const MAX_BATCH_WAIT_MS = 150_000;

/** Reads host.json; what it leaves out has the real host's default. A value that does not fit throws. */
export async function readHostJson(appDirectory: string): Promise<HostJson> {
  const text = await readFile(join(appDirectory, "host.json"), "utf8").catch(() => "{}");
  const errors: ParseError[] = [];
  const content: unknown = parse(text, errors, { allowTrailingComma: true });
  if (errors.length > 0) throw new StartUpError("host.json is not valid JSON.");
  return parseHostJson(content);
}

/** As `readHostJson`, for content that is already parsed. */
export function parseHostJson(content: unknown): HostJson {
  const root = section(content, "");
  const http = root.section("extensions").section("http");
  return {
    routePrefix: http.text("routePrefix", "api").replace(/^\/+|\/+$/g, ""),
    functionTimeoutMs:
      root.text("functionTimeout", "00:30:00") === "-1"
        ? undefined
        : root.duration("functionTimeout", 30 * 60_000, 1_000),
    logLevels: logLevels(root.section("logging").section("logLevel")),
    serviceBus: serviceBus(root.section("extensions").section("serviceBus")),
    eventHubs: eventHubs(root.section("extensions").section("eventHubs")),
    queues: queues(root.section("extensions").section("queues")),
    singleton: singleton(root.section("singleton")),
    http: {
      maxConcurrentRequests: limit(http, "maxConcurrentRequests"),
      maxOutstandingRequests: limit(http, "maxOutstandingRequests"),
    },
    ignored: ignoredSettings(content),
  };
}

/** -1 is none. */
function limit(from: Section, name: string): number {
  const count = from.count(name, -1, -1);
  if (count === 0) throw from.error(name, "is neither -1 nor at least 1");
  return count === -1 ? Number.POSITIVE_INFINITY : count;
}

function serviceBus(from: Section): ServiceBusOptions {
  const options = {
    maxConcurrentCalls: from.count("maxConcurrentCalls", 16 * availableParallelism()),
    maxMessageBatchSize: from.count("maxMessageBatchSize", 1_000),
    minMessageBatchSize: from.count("minMessageBatchSize", 1),
    maxBatchWaitTimeMs: from.duration("maxBatchWaitTime", 30_000),
    autoCompleteMessages: from.flag("autoCompleteMessages", true),
    maxAutoLockRenewalMs: from.duration("maxAutoLockRenewalDuration", 5 * 60_000),
  };
  if (options.minMessageBatchSize > options.maxMessageBatchSize) {
    throw from.error("minMessageBatchSize", "must not exceed maxMessageBatchSize");
  }
  if (options.maxBatchWaitTimeMs > MAX_BATCH_WAIT_MS) {
    throw from.error("maxBatchWaitTime", "must not exceed 00:02:30");
  }
  return options;
}

function eventHubs(from: Section): EventHubsOptions {
  const options = {
    maxEventBatchSize: from.count("maxEventBatchSize", 100),
    minEventBatchSize: from.count("minEventBatchSize", 1),
    maxWaitTimeMs: from.duration("maxWaitTime", 60_000),
    batchCheckpointFrequency: from.count("batchCheckpointFrequency", 1),
    prefetchCount: from.count("prefetchCount", 300),
    initialOffset: initialOffset(from.section("initialOffsetOptions")),
    loadBalancingUpdateMs: from.duration("loadBalancingUpdateInterval", 10_000, 100),
    ownershipExpirationMs: from.duration("partitionOwnershipExpirationInterval", 60_000, 1_000),
  };
  if (options.minEventBatchSize > options.maxEventBatchSize) {
    throw from.error("minEventBatchSize", "must not exceed maxEventBatchSize");
  }
  return options;
}

function initialOffset(from: Section): EventHubsOptions["initialOffset"] {
  const type = from.text("type", "fromStart").toLowerCase();
  switch (type) {
    case "":
    case "fromstart":
      return { type: "fromStart" };
    case "fromend":
      return { type: "fromEnd" };
    case "fromenqueuedtime": {
      const enqueuedTimeMs = Date.parse(from.text("enqueuedTimeUtc", ""));
      if (Number.isNaN(enqueuedTimeMs)) throw from.error("enqueuedTimeUtc", "is no time");
      return { type: "fromEnqueuedTime", enqueuedTimeMs };
    }
    default:
      throw from.error("type", "must be fromStart, fromEnd or fromEnqueuedTime");
  }
}

/** The service hands out no more at once. */
const MOST_MESSAGES = 32;

function queues(from: Section): QueuesOptions {
  const batchSize = from.count("batchSize", 16);
  if (batchSize > MOST_MESSAGES) throw from.error("batchSize", `must not exceed ${MOST_MESSAGES}`);
  const encoding = from.text("messageEncoding", "base64").toLowerCase();
  if (encoding !== "base64" && encoding !== "none") {
    throw from.error("messageEncoding", "must be base64 or none");
  }
  return {
    maxPollingIntervalMs: from.duration("maxPollingInterval", 60_000, 100),
    visibilityTimeoutMs: from.duration("visibilityTimeout", 0),
    batchSize,
    maxDequeueCount: from.count("maxDequeueCount", 5),
    newBatchThreshold: from.count("newBatchThreshold", Math.max(1, Math.floor(batchSize / 2)), 0),
    messageEncoding: encoding,
  };
}

/**
 * The real host holds its lease for a minute and asks for a lost one every minute. Here a quarter of that,
 * so that a developer who kills a host and starts it again does not wait for his timers.
 */
function singleton(from: Section): SingletonOptions {
  const leaseMs = from.duration("listenerLockPeriod", 15_000);
  if (leaseMs < 15_000 || leaseMs > 60_000) {
    throw from.error("listenerLockPeriod", "must be from 00:00:15 to 00:01:00");
  }
  return { leaseMs, pollMs: from.duration("listenerLockRecoveryPollingInterval", 5_000, 100) };
}

function logLevels(from: Section): HostJson["logLevels"] {
  const levels = from.names().map((category): [string, LogLevel] => {
    const level = from.text(category, "").toLowerCase();
    if (!isLogLevel(level)) throw from.error(category, "is no log level");
    return [category, level];
  });
  return Object.fromEntries(levels);
}
