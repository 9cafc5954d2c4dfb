import { ExponentialBackoff, handleAll, retry, TimeoutStrategy, timeout, wrap } from "cockatiel";

type Persistence = {
  /** After which it gives up and rejects with the last error. */
  readonly budgetMs: number;
  readonly baseDelayMs?: number;
  readonly maxDelayMs?: number;
};

/**
 * Repeats the work until it succeeds, with exponential backoff and jitter, for as long as the budget
 * lasts. For work that must not be given up although its trigger will not repeat it, such as a batch
 * that the host checkpoints either way. The work has to bear repetition.
 */
export function createPersistence({
  budgetMs,
  baseDelayMs = 200,
  maxDelayMs = 10_000,
}: Persistence): <T>(work: () => Promise<T>) => Promise<T> {
  const policy = wrap(
    timeout(budgetMs, TimeoutStrategy.Cooperative),
    retry(handleAll, {
      maxAttempts: Number.POSITIVE_INFINITY,
      backoff: new ExponentialBackoff({ initialDelay: baseDelayMs, maxDelay: maxDelayMs }),
    }),
  );
  return (work) => policy.execute(() => work());
}
