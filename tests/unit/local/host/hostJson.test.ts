import { describe, expect, test } from "vitest";
import { parseHostJson } from "../../../../local/host/hostJson.ts";

const serviceBus = (options: object) => ({ extensions: { serviceBus: options } });
const eventHubs = (options: object) => ({ extensions: { eventHubs: options } });

test("an empty file has the real host's defaults", () => {
  const { serviceBus: queues, eventHubs: hubs, ...host } = parseHostJson({});
  const { queues: storageQueues, singleton, http, ...rest } = host;

  expect(rest).toEqual({
    routePrefix: "api",
    functionTimeoutMs: 1_800_000,
    logLevels: {},
    ignored: [],
  });
  expect(http).toEqual({
    maxConcurrentRequests: Number.POSITIVE_INFINITY,
    maxOutstandingRequests: Number.POSITIVE_INFINITY,
  });
  expect(singleton).toEqual({ leaseMs: 15_000, pollMs: 5_000 });
  expect(storageQueues).toEqual({
    maxPollingIntervalMs: 60_000,
    visibilityTimeoutMs: 0,
    batchSize: 16,
    maxDequeueCount: 5,
    newBatchThreshold: 8,
    messageEncoding: "base64",
  });
  expect(queues).toMatchObject({
    maxMessageBatchSize: 1_000,
    minMessageBatchSize: 1,
    maxBatchWaitTimeMs: 30_000,
    autoCompleteMessages: true,
    maxAutoLockRenewalMs: 300_000,
  });
  expect(hubs).toMatchObject({
    maxEventBatchSize: 100,
    minEventBatchSize: 1,
    maxWaitTimeMs: 60_000,
    batchCheckpointFrequency: 1,
    prefetchCount: 300,
    initialOffset: { type: "fromStart" },
  });
});

test("takes what is given", () => {
  const host = parseHostJson({
    functionTimeout: "-1",
    logging: { logLevel: { default: "Warning", Function: "Debug" } },
    extensions: {
      http: { routePrefix: "" },
      serviceBus: { maxConcurrentCalls: 4, maxAutoLockRenewalDuration: "00:01:00" },
      eventHubs: {
        initialOffsetOptions: { type: "fromEnqueuedTime", enqueuedTimeUtc: "2026-01-01T00:00:00Z" },
      },
    },
  });

  expect(host).toMatchObject({
    routePrefix: "",
    functionTimeoutMs: undefined,
    logLevels: { default: "warning", Function: "debug" },
    serviceBus: { maxConcurrentCalls: 4, maxAutoLockRenewalMs: 60_000 },
    eventHubs: {
      initialOffset: { type: "fromEnqueuedTime", enqueuedTimeMs: Date.UTC(2026, 0, 1) },
    },
  });
});

describe("a value that does not fit stops the start and is named", () => {
  test.each([
    [serviceBus({ maxConcurrentCalls: 0 }), "extensions.serviceBus.maxConcurrentCalls"],
    [serviceBus({ autoCompleteMessages: "yes" }), "extensions.serviceBus.autoCompleteMessages"],
    [serviceBus({ maxBatchWaitTime: "00:02:31" }), "extensions.serviceBus.maxBatchWaitTime"],
    [serviceBus({ minMessageBatchSize: 9, maxMessageBatchSize: 8 }), "minMessageBatchSize"],
    [eventHubs({ maxEventBatchSize: 1.5 }), "extensions.eventHubs.maxEventBatchSize"],
    [eventHubs({ minEventBatchSize: 101 }), "extensions.eventHubs.minEventBatchSize"],
    [eventHubs({ maxWaitTime: "soon" }), "extensions.eventHubs.maxWaitTime"],
    [eventHubs({ initialOffsetOptions: { type: "middle" } }), "initialOffsetOptions.type"],
    [{ extensions: { queues: { batchSize: 33 } } }, "extensions.queues.batchSize"],
    [{ extensions: { queues: { messageEncoding: "hex" } } }, "extensions.queues.messageEncoding"],
    [{ singleton: { listenerLockPeriod: "00:00:14" } }, "singleton.listenerLockPeriod"],
    [{ extensions: { http: { maxConcurrentRequests: 0 } } }, "maxConcurrentRequests"],
    [{ functionTimeout: "5 minutes" }, "functionTimeout"],
    [{ logging: { logLevel: { default: "Loud" } } }, "logging.logLevel.default"],
    [{ extensions: "none" }, "extensions"],
  ])("%j", (content, name) => {
    expect(() => parseHostJson(content)).toThrow(name);
  });
});
