import { ParkError } from "../errors.ts";

/** Commands of one order that the warehouse has carried out, in the order of their numbers. */
export type DispatchLog = {
  readonly last: number;
  /** Payload hash by number, of the latest ones. */
  readonly hashes: Readonly<Record<string, string>>;
  /** Those that were given up, in turn or while they waited, and have not been carried out since. */
  readonly givenUp?: readonly GivenUpCommand[] | undefined;
  /** Those of the latest that were taken for done without the warehouse. */
  readonly discarded?: readonly DiscardedCommand[] | undefined;
};

export type GivenUpCommand = {
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

/** The command whose turn it is, if it was given up: until it is replayed or discarded none after it may go. */
export function stoppedIn({ last, givenUp = [] }: DispatchLog): GivenUpCommand | undefined {
  return givenUp.find(({ sequence }) => sequence === last + 1);
}

/** The log once a command is given up, whether or not it is its turn. */
export function marked(log: DispatchLog, mark: GivenUpCommand): DispatchLog {
  const others = log.givenUp?.filter(({ sequence }) => sequence !== mark.sequence) ?? [];
  return { ...log, givenUp: [...others, mark] };
}

/** The log once the next command is done, or taken for done. */
export function appended(
  { hashes, givenUp = [], discarded = [] }: DispatchLog,
  sequence: number,
  hash: string,
): DispatchLog {
  const isRecent = (known: number) => known > sequence - REMEMBERED;
  const kept = Object.entries(hashes).filter(([known]) => isRecent(Number(known)));
  const waiting = givenUp.filter((command) => command.sequence > sequence);
  const recent = discarded.filter((command) => isRecent(command.sequence));
  return {
    last: sequence,
    hashes: { ...Object.fromEntries(kept), [sequence]: hash },
    ...(waiting.length > 0 && { givenUp: waiting }),
    ...(recent.length > 0 && { discarded: recent }),
  };
}

/** What a writer throws that another one overtook. */
export function busy(sequence: number): ParkError {
  return new ParkError("dispatch-busy", `command ${sequence} is being carried out elsewhere`);
}
