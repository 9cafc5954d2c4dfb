import { ParkError, RetryableError, TerminalError } from "../errors.ts";

/**
 * Runs branches that do not need each other side by side, each to its end: what one has done is known before another's
 * failure is. Of several failures it throws the one that lets most be done yet: an unknown outcome before another
 * failure of a target, that before a wait, and giving up last, which comes when no other branch can go on any more. The
 * longest wait that any target asked for goes with it. Not a transaction: a branch that has ended stays.
 */
export async function allBranches(...branches: readonly (() => Promise<unknown>)[]): Promise<void> {
  const settled = await Promise.allSettled(branches.map((branch) => branch()));
  const failures = settled
    .filter((branch) => branch.status === "rejected")
    .map(({ reason }): unknown => reason)
    .toSorted((one, other) => rankOf(one) - rankOf(other));
  if (failures.length === 0) return;
  throw waiting(failures[0], Math.max(...failures.map(waitOf)));
}

function rankOf(failure: unknown): number {
  if (failure instanceof RetryableError && failure.uncertain !== undefined) return 0;
  if (failure instanceof TerminalError) return 3;
  return failure instanceof ParkError ? 2 : 1;
}

function waitOf(failure: unknown): number {
  if (failure instanceof RetryableError) return failure.retryAfterMs ?? 0;
  return failure instanceof ParkError ? (failure.afterMs ?? 0) : 0;
}

/** The failure itself, unless another branch asks for a longer wait than it does. */
function waiting(failure: unknown, waitMs: number): unknown {
  if (waitMs <= waitOf(failure)) return failure;
  if (failure instanceof ParkError) {
    const { code, message, cause } = failure;
    return new ParkError(code, message, { cause, afterMs: waitMs });
  }
  const retryAfterMs = waitMs;
  if (failure instanceof RetryableError) {
    const { code, message, cause, attempt, uncertain } = failure;
    return new RetryableError(code, message, { cause, attempt, uncertain, retryAfterMs });
  }
  const message = failure instanceof Error ? failure.message : "a branch failed";
  return new RetryableError("unknown", message, { cause: failure, retryAfterMs });
}
