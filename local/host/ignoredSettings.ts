/** What the real host reads in host.json and this one does not. */
const ignored = [
  "concurrency.dynamicConcurrencyEnabled",
  "extensions.http.customHeaders",
  "extensions.http.dynamicThrottlesEnabled",
  "extensions.http.hsts",
  "extensions.serviceBus.clientRetryOptions",
  "extensions.serviceBus.enableCrossEntityTransactions",
  "extensions.serviceBus.maxConcurrentCallsPerSession",
  "extensions.serviceBus.maxConcurrentSessions",
  "extensions.serviceBus.prefetchCount",
  "extensions.serviceBus.sessionIdleTimeout",
  "extensions.serviceBus.transportType",
  "extensions.serviceBus.webProxy",
  "extensions.eventHubs.clientRetryOptions",
  "extensions.eventHubs.trackLastEnqueuedEventProperties",
  "extensions.eventHubs.transportType",
  "extensions.eventHubs.webProxy",
] as const;

/**
 * The settings of a host.json that would change what the real host does and change nothing here, so that
 * nobody wonders. Those that are off or zero are none.
 */
export function ignoredSettings(hostJson: unknown): readonly string[] {
  return ignored.filter((path) => {
    const value = path.split(".").reduce<unknown>((at, name) => member(at, name), hostJson);
    return value !== undefined && value !== null && value !== false && value !== 0;
  });
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}
