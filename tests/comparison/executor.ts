/** How long a worker may be silent before another takes over, in every column. */
export const LEASE_MS = 60_000;

/** What one call does to the world: a step with an answer that must be kept, and one after it that may fail. */
export type Steps = {
  readonly reserve: () => Promise<string>;
  readonly confirm: () => Promise<void>;
};

export type Call = {
  readonly key: string;
  readonly payload: string;
  readonly steps: Steps;
  /** The caller knows that this very message came before. */
  readonly redelivered?: boolean;
};

/** One worker. Resolves with the answer of `reserve` that is kept under the key; rejects when it may not run. */
export type Executor = { readonly run: (call: Call) => Promise<string> };

export type ExecutorOptions = {
  /** Calls come from somebody who chose the key, so the payload is compared. */
  readonly comparePayload?: boolean;
  /** The steps' own answers are kept as well, in the way the library offers for that. */
  readonly keepSteps?: boolean;
  /** Nobody tells the library how long the worker may take. */
  readonly withoutDeadline?: boolean;
};

/** A way to make calls idempotent, over one store that all of its workers share. */
export type Column = {
  readonly name: string;
  /** What it is made of, with versions. */
  readonly versions: string;
  readonly worker: (options?: ExecutorOptions) => Executor;
  /** Moves the time that the workers see. */
  readonly advance: (ms: number) => void;
  /** Requests that have reached the store so far. */
  readonly storeCalls: () => number;
  /** The store carries out its next write, and the worker never hears of it. */
  readonly loseNextAnswer: () => void;
  readonly close: () => Promise<void>;
};
