import { ParkError } from "../errors.ts";

/** Commands of one order that the warehouse has carried out, in the order of their numbers. */
export type DispatchLog = {
  readonly last: number;
  /** Payload hash by number, of the latest ones. */
  readonly hashes: Readonly<Record<string, string>>;
  /** The command that was given up, while none after it may go: until it is replayed or discarded. */
  readonly stopped?: StoppedCommand | undefined;
  /** Those of the latest that were taken for done without the warehouse. */
  readonly discarded?: readonly DiscardedCommand[] | undefined;
};

export type StoppedCommand = {
  readonly sequence: number;
  /** Its dead-letter reason. */
  readonly reason: string;
  /** Epoch ms. */
  readonly at: number;
  /** Of its payload: whatever becomes of it, nothing else may come under its number. */
  readonly hash: string;
};

export type DiscardedCommand = {
  readonly sequence: number;
  /** Why it had been given up. */
  readonly reason: string;
  /** Epoch ms. */
  readonly at: number;
  /** Entra object id, or `function-key`. */
  readonly by: string;
};

export type DispatchLogStore = {
  /** Throws ParkError `storage-unavailable`, as does `write`. */
  readonly read: (
    order: string,
  ) => Promise<{ readonly log: DispatchLog; readonly version: string } | undefined>;
  /** False when another writer came between. */
  readonly write: (
    order: string,
    log: DispatchLog,
    version: string | undefined,
  ) => Promise<boolean>;
};

/** Of so many commands the log remembers more than that they were done. */
const REMEMBERED = 32;

export const emptyLog: DispatchLog = { last: 0, hashes: {} };

/** The log once the next command is done, or taken for done. */
export function appended(
  { hashes, discarded = [] }: DispatchLog,
  sequence: number,
  hash: string,
): DispatchLog {
  const isRecent = (known: number) => known > sequence - REMEMBERED;
  const kept = Object.entries(hashes).filter(([known]) => isRecent(Number(known)));
  const recent = discarded.filter((command) => isRecent(command.sequence));
  return {
    last: sequence,
    hashes: { ...Object.fromEntries(kept), [sequence]: hash },
    ...(recent.length > 0 && { discarded: recent }),
  };
}

/** What a writer throws that another one overtook. */
export function busy(sequence: number): ParkError {
  return new ParkError("dispatch-busy", `command ${sequence} is being carried out elsewhere`);
}
