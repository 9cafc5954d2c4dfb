import { join } from "node:path";
import { createCommits } from "../../journal/commits.ts";
import { CompactingJournal, type CompactingOptions } from "../../journal/compactingJournal.ts";
import { type Files, nodeFiles } from "../../journal/files.ts";
import { lockFolder } from "../../state/lock.ts";
import type { Memories } from "./memory.ts";
import { decodeChange, encodeChange } from "./memoryRecord.ts";
import { createRememberedMaps } from "./rememberedMaps.ts";

export type MemoriesOptions = {
  /** Belongs to one process at a time; made where it is missing. */
  readonly directory: string;
  /** Whether an answer waits for the disk itself, so that it outlives the machine too. */
  readonly sync?: boolean | undefined;
  /** Whether stand-ins have served from the directory before: then their file must be there. */
  readonly begun?: boolean | undefined;
  readonly files?: Files;
  readonly log: Log;
};

type Log = (event: string, details: Readonly<Record<string, unknown>>) => void;

/** How much of one call is written: a save is a row, an effect, and for each step a job that tells of the row thrice. */
const COPIES = 12;
const OVERHEAD = 64 * 1024;
/** For what happens without a call: jobs go on and end. */
const RESERVE = 4 * 1024 * 1024;

/**
 * What stand-ins remember beyond the end of their process: what was committed is there again, each commit
 * whole or not at all. Throws a DamagedStateError or a StateInUseError.
 */
export function openMemories({
  directory,
  sync = false,
  begun,
  files = nodeFiles,
  log,
}: MemoriesOptions): Memories {
  files.makeDirectory(directory);
  const lock = lockFolder(directory);
  try {
    const path = join(directory, "stand-ins.journal");
    const memories = journaled({ path, files, sync, begun, reserve: RESERVE }, log);
    return {
      ...memories,
      close: () => {
        memories.close();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

function journaled(options: Omit<CompactingOptions, "onRecord" | "snapshot">, log: Log): Memories {
  const commits = createCommits((error) => log("state cannot be written", { error }));
  let journal: CompactingJournal | undefined; // while it is read, changes come from it
  const maps = createRememberedMaps((change) => {
    if (!journal) return;
    journal.append(encodeChange(change));
    commits.add(journal);
  });
  const opened = new CompactingJournal({
    ...options,
    onRecord: (record) => maps.apply(decodeChange(record)),
    snapshot: function* () {
      for (const change of maps.snapshot()) yield encodeChange(change);
    },
  });
  if (opened.torn > 0) {
    log("unfinished write dropped", { file: options.path, bytes: opened.torn });
  }
  journal = opened;
  return {
    of: (standIn) => ({
      mapNamed: <V>(name: string) => maps.of(`${standIn}/${name}`) as Map<string, V>,
      clear: () => maps.forget(`${standIn}/`),
    }),
    makeRoom: (bytes) => opened.makeRoom(bytes * COPIES + OVERHEAD),
    commit: commits.commit,
    close: () => {
      maps.letGo(); // what is still under way is told to nobody any more
      commits.close();
      opened.close();
    },
  };
}
