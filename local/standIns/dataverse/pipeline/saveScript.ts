import { z } from "zod";

/** Faults that a save can be told to have; both concern saves with a synchronous posting step. */
export const SaveScript = z.strictObject({
  /** The next so many of them roll back after the post has gone out. */
  rollbackAfterPost: z.int().nonnegative().optional(),
  /** Time between post and commit, ms: the row is not visible meanwhile. */
  commitDelayMs: z.int().nonnegative().max(110_000).optional(),
});
export type SaveScript = z.infer<typeof SaveScript>;

export function createSaveScript() {
  let rollbacks = 0;
  let delayMs = 0;
  return {
    set: ({ rollbackAfterPost, commitDelayMs }: SaveScript) => {
      rollbacks = rollbackAfterPost ?? rollbacks;
      delayMs = commitDelayMs ?? delayMs;
    },
    commitDelayMs: () => delayMs,
    takeRollback: (): boolean => {
      if (rollbacks === 0) return false;
      rollbacks -= 1;
      return true;
    },
  };
}
