import type { Commits } from "../journal/commits.ts";
import { CompactingJournal, type CompactingOptions } from "../journal/compactingJournal.ts";

/** With which file, by its first number, each log goes on; kept beside the logs, so that one that is gone is missed. */
export type LogEnds = {
  /** Undefined for a log without a file. */
  readonly get: (log: string) => number | undefined;
  /** Throws a DiskFullError when it cannot be kept. */
  readonly set: (log: string, first: number) => void;
  readonly close: () => void;
};

export type LogEndsOptions = Omit<CompactingOptions, "onRecord" | "snapshot"> & {
  readonly commits: Pick<Commits, "add">;
};

const RECORD_BYTES = 512;
const sizes = { step: 8 * 1024, reserve: 4 * 1024, floor: 64 * 1024 };

export function openLogEnds({ commits, ...options }: LogEndsOptions): LogEnds {
  const ends = new Map<string, number>();
  const encode = (log: string, first: number) => [Buffer.from(JSON.stringify([log, first]))];
  const journal = new CompactingJournal({
    ...sizes,
    ...options,
    onRecord: (record) => ends.set(...(JSON.parse(record.toString()) as [string, number])),
    snapshot: function* () {
      for (const [log, first] of ends) yield encode(log, first);
    },
  });
  return {
    get: (log) => ends.get(log),
    set: (log, first) => {
      journal.makeRoom(RECORD_BYTES);
      ends.set(log, first);
      journal.append(encode(log, first));
      commits.add(journal);
    },
    close: () => journal.close(),
  };
}
