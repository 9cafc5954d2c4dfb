import {
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
  TimeoutStrategy,
  timeout,
} from "cockatiel";

/** Runs one call to an outside system; the signal ends it when its time (the guard's own by default) is over. */
export type Guard = <T>(
  call: (signal: AbortSignal) => Promise<T>,
  options?: { readonly timeoutMs?: number },
) => Promise<T>;

export type GuardOptions = {
  readonly timeoutMs: number;
  /** Failures in a row after which calls are refused at once. */
  readonly failuresToOpen?: number;
  /** How long they are refused before one call may try again. */
  readonly probeAfterMs?: number;
  /** Which errors say that the system is down; others pass through uncounted. */
  readonly isOutage?: (error: unknown) => boolean;
};

/**
 * Time limit inside a circuit breaker of this process: a dead system costs its time limit a few times,
 * then nothing, until one probe gets through. Rejects with the call's error, TaskCancelledError when
 * the time is over, BrokenCircuitError while open. Never retries.
 */
export function createGuard({
  timeoutMs: ownTimeoutMs,
  failuresToOpen = 5,
  probeAfterMs = 5_000,
  isOutage = () => true,
}: GuardOptions): Guard {
  const breaker = circuitBreaker(handleWhen(isOutage), {
    breaker: new ConsecutiveBreaker(failuresToOpen),
    halfOpenAfter: probeAfterMs,
  });
  return (call, { timeoutMs = ownTimeoutMs } = {}) => {
    const limit = timeout(timeoutMs, TimeoutStrategy.Aggressive);
    return breaker.execute(() => limit.execute(({ signal }) => call(signal)));
  };
}
