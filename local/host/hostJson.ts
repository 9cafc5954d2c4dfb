import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { type ParseError, parse } from "jsonc-parser";
import { isLogLevel, type LogLevel } from "./log.ts";
import { StartUpError } from "./startUpError.ts";
import { parseTimeSpanMs } from "./timeSpan.ts";

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

/** host.json as the host uses it. `functionTimeoutMs` undefined: no limit. */
export type HostJson = {
  readonly routePrefix: string;
  readonly functionTimeoutMs: number | undefined;
  readonly logLevels: Readonly<Record<string, LogLevel>>;
  readonly serviceBus: ServiceBusOptions;
  readonly eventHubs: EventHubsOptions;
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
  };
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

function logLevels(from: Section): HostJson["logLevels"] {
  const levels = from.names().map((category): [string, LogLevel] => {
    const level = from.text(category, "").toLowerCase();
    if (!isLogLevel(level)) throw from.error(category, "is no log level");
    return [category, level];
  });
  return Object.fromEntries(levels);
}

type Section = {
  readonly names: () => readonly string[];
  readonly section: (name: string) => Section;
  readonly text: (name: string, fallback: string) => string;
  readonly flag: (name: string, fallback: boolean) => boolean;
  /** A whole number of at least 1. */
  readonly count: (name: string, fallback: number) => number;
  readonly duration: (name: string, fallbackMs: number, leastMs?: number) => number;
  readonly error: (name: string, problem: string) => StartUpError;
};

function section(value: unknown, path: string): Section {
  const at = (name: string) => (path === "" ? name : `${path}.${name}`);
  const error = (name: string, problem: string) =>
    new StartUpError(`host.json: ${at(name)} ${problem}.`);
  if (value !== undefined && (typeof value !== "object" || value === null)) {
    throw new StartUpError(`host.json: ${path === "" ? "its content" : path} is no object.`);
  }
  const members = new Map(Object.entries(value ?? {}));
  return {
    names: () => [...members.keys()],
    section: (name) => section(members.get(name), at(name)),
    text: (name, fallback) => {
      const found = members.get(name) ?? fallback;
      if (typeof found !== "string") throw error(name, "is not a string");
      return found;
    },
    flag: (name, fallback) => {
      const found = members.get(name) ?? fallback;
      if (typeof found !== "boolean") throw error(name, "is neither true nor false");
      return found;
    },
    count: (name, fallback) => {
      const found = members.get(name) ?? fallback;
      if (typeof found !== "number" || !Number.isInteger(found) || found < 1) {
        throw error(name, "is not a whole number of at least 1");
      }
      return found;
    },
    duration: (name, fallbackMs, leastMs = 0) => {
      const found = members.get(name);
      if (found === undefined) return fallbackMs;
      const ms = typeof found === "string" ? parseTimeSpanMs(found) : undefined;
      if (ms === undefined || ms < leastMs) throw error(name, 'is no duration like "00:00:30"');
      return ms;
    },
    error,
  };
}
