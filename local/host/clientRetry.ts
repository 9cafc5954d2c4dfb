/**
 * Transport retries of the messaging clients, as the extension's `clientRetryOptions` default them
 * (0.8 s between, three of them); the SDKs' own 30 s would make a broker that is back wait for its host. An
 * attempt ends after 10 s instead of a minute, for the other side is on the same machine.
 */
export const clientRetry = {
  maxRetries: 3,
  retryDelayInMs: 800,
  maxRetryDelayInMs: 5_000,
  timeoutInMs: 10_000,
} as const;
