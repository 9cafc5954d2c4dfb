import type { RetryContext, RetryOptions } from "./functionsCore.ts";
import { sleep } from "./sleep.ts";

export type RetryOutcome = "succeeded" | "failed" | "stopped";

export type RetryPorts = {
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** Waits, or returns early when the signal aborts. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
};

/**
 * Runs an invocation until it succeeds or its function's `retry` is used up, and never rejects. Each retry
 * gets the same input and blocks what waits behind it. Delays are whole seconds: the library rounds them.
 */
export async function withRetry(
  options: RetryOptions | undefined,
  { random, signal, wait = sleep }: RetryPorts,
  attempt: (context: RetryContext | undefined) => Promise<unknown>,
): Promise<RetryOutcome> {
  const maxRetryCount = options?.maxRetryCount ?? 0;
  let context: RetryContext | undefined;
  for (let retryCount = 0; ; retryCount += 1) {
    try {
      await attempt(context);
      return "succeeded";
    } catch (error) {
      if (options === undefined) return "failed";
      if (maxRetryCount >= 0 && retryCount >= maxRetryCount) return "failed";
      await wait(retryDelayMs(options, retryCount, random), signal);
      if (signal.aborted) return "stopped";
      const message = error instanceof Error ? error.message : String(error);
      const exception = { message, source: "" };
      context = { retryCount: retryCount + 1, maxRetryCount, exception };
    }
  }
}

/** The smallest step of an exponential backoff, before its spread of a fifth up and down. */
const BACKOFF_STEP_MS = 1_000;

/** Fixed, or doubling between minimum and maximum. */
export function retryDelayMs(
  options: RetryOptions,
  retryCount: number,
  random: () => number,
): number {
  const { retryStrategy, delayInterval, minimumInterval, maximumInterval } = options;
  if (retryStrategy === "fixedDelay") return (delayInterval?.seconds ?? 0) * 1_000;
  const minimumMs = (minimumInterval?.seconds ?? 0) * 1_000;
  const maximumMs = (maximumInterval?.seconds ?? 0) * 1_000;
  const growthMs = (2 ** retryCount - 1) * BACKOFF_STEP_MS * (0.8 + 0.4 * random());
  return Math.min(minimumMs + growthMs, maximumMs);
}
