import { setTimeout as delay } from "node:timers/promises";

/** Where the stand-ins take time from: epoch milliseconds, and a wait that an abort ends early (it then rejects). */
export type Time = {
  readonly now: () => number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
};

export const systemTime: Time = {
  now: () => Date.now(),
  sleep: (ms, signal) => delay(ms, undefined, signal === undefined ? {} : { signal }),
};
