/** Exponential backoff with a cap; jitter only shortens, so that gaps grow and never pass the cap. */
export type Backoff = {
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
  /** Share of each delay that chance may take away, 0 to 1. */
  readonly jitter?: number;
};

const DEFAULT_JITTER = 0.2;

/**
 * Wait after the failure of attempt 1, 2, 3 …: base, 2 × base, 4 × base … up to the cap, less jitter. `random` is in
 * [0, 1). A target's own Retry-After is a lower bound that neither jitter nor cap shortens.
 */
export function backoffMs(
  { baseDelayMs, maxDelayMs, jitter = DEFAULT_JITTER }: Backoff,
  attempt: number,
  random: number,
  retryAfterMs = 0,
): number {
  const full = Math.min(maxDelayMs, baseDelayMs * 2 ** (attempt - 1));
  return Math.max(retryAfterMs, Math.round(full * (1 - jitter * random)));
}

/**
 * Wait of a parked message: half to one and a half of the interval, so that a crowd does not come back together. What
 * somebody asked to wait is a lower bound, and the crowd is spread after it.
 */
export function parkMs(intervalMs: number, random: number, askedMs = 0): number {
  return Math.round(Math.max(askedMs + intervalMs * random, intervalMs * (0.5 + random)));
}
