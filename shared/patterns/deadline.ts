import type { Clock } from "./clock.ts";

/**
 * Answers within `limitMs` whatever the work does: its own result, or the fallback's once the time is
 * over. The work is left to end by itself, and what it then says is ignored. An error before that is
 * passed on. `meanwhile` lengthens the limit: as long as the caller waits for that anyway, so may the
 * work. Holds as long as the process gets to run.
 */
export async function answerWithin<T>(
  limitMs: number,
  clock: Pick<Clock, "sleep">,
  work: () => Promise<T>,
  fallback: () => T,
  meanwhile?: Promise<unknown>,
): Promise<T> {
  const answered = new AbortController();
  const expired = Promise.all([clock.sleep(limitMs, answered.signal), meanwhile]).then(fallback);
  expired.catch(() => undefined); // the abort below ends the wait by rejecting it
  try {
    return await Promise.race([work(), expired]);
  } finally {
    answered.abort();
  }
}
