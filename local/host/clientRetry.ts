/**
 * Transport retries of the messaging clients, as the extension's `clientRetryOptions` default them
 * (0.8 s between, three of them). The SDKs' own 30 s would make a broker that is back wait for its host.
 */
export const clientRetry = {
  maxRetries: 3,
  retryDelayInMs: 800,
  maxRetryDelayInMs: 5_000,
  timeoutInMs: 60_000,
} as const;
