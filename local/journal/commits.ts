import { DiskFullError } from "./errors.ts";

/** Something whose changes wait to be written; see `JournalFile.commit`. */
export type Committable = { readonly commit: () => boolean };

export type Commits = {
  /** This one has changes to write. */
  readonly add: (changed: Committable) => void;
  /**
   * Writes all changes made so far: to be called before anything that tells of them leaves the process.
   * Throws when one cannot be written, a DiskFullError where the disk is full: it waits for the next time.
   */
  readonly commit: () => void;
  readonly close: () => void;
};

const RETRY_MS = 1_000;

/**
 * Gathers the changes of one turn of the event loop into one write for each file. What nobody commits
 * before is committed at the end of the turn.
 */
export function createCommits(onFailure: (error: unknown) => void): Commits {
  const dirty = new Set<Committable>();
  let soon: NodeJS.Immediate | undefined;
  let later: NodeJS.Timeout | undefined;

  const commit = () => {
    for (const changed of dirty) {
      if (changed.commit()) dirty.delete(changed);
    }
    if (dirty.size > 0) throw new DiskFullError("the disk is full: changes wait to be written");
  };
  const attempt = () => {
    soon = undefined;
    try {
      commit();
    } catch (error) {
      onFailure(error);
    }
    if (dirty.size > 0) later ??= setTimeout(retry, RETRY_MS).unref();
  };
  const retry = () => {
    later = undefined;
    attempt();
  };

  return {
    add: (changed) => {
      dirty.add(changed);
      soon ??= setImmediate(attempt);
    },
    commit,
    close: () => {
      clearImmediate(soon);
      clearTimeout(later);
    },
  };
}
