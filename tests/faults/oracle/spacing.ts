import type { Call } from "../../../local/outside/standIns.ts";

export type SpacingLimits = {
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
  readonly jitter: number;
  readonly maxAttempts: number;
};

/**
 * I8, by the target's log: the attempts under one key come further and further apart, never closer than the backoff
 * after jitter, and there are no more of them than allowed.
 */
export function spacing(
  calls: readonly Pick<Call, "at" | "key" | "status">[],
  { baseDelayMs, maxDelayMs, jitter, maxAttempts }: SpacingLimits,
): string[] {
  const byKey = Map.groupBy(
    calls.filter(({ key }) => key !== null),
    ({ key }) => String(key),
  );
  return [...byKey].flatMap(([key, attempts]) => {
    const problems = attempts.slice(1).flatMap(({ at }, index) => {
      const gap = at - (attempts[index]?.at ?? at);
      const least = Math.min(baseDelayMs * 2 ** index, maxDelayMs) * (1 - jitter);
      return gap >= Math.floor(least)
        ? []
        : [`attempt ${index + 2} of ${key} came after ${gap} ms, not ${least}`];
    });
    if (attempts.length > maxAttempts) problems.push(`${attempts.length} attempts of ${key}`);
    return problems;
  });
}
