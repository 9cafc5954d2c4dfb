import { isDeepStrictEqual } from "node:util";

export type Stored = {
  /** What was asked under the key; undefined when the key was closed before anyone asked. */
  readonly payload: unknown;
  readonly answer: unknown;
};

/** First answers by idempotency key. */
export function createKeyedStore(entries: Map<string, Stored> = new Map()) {
  return {
    answerOf: (key: string): unknown => entries.get(key)?.answer,
    /** Whether this key already stands for another payload. Members may come in any order. */
    conflicts: (key: string, payload: unknown): boolean => {
      const stored = entries.get(key);
      return stored?.payload !== undefined && !isDeepStrictEqual(stored.payload, payload);
    },
    put: (key: string, stored: Stored) => {
      entries.set(key, stored);
    },
    /** From now on the key has this answer, whatever it had before: a tombstone when it had none. */
    overrule: (key: string, answer: unknown) => {
      entries.set(key, { payload: entries.get(key)?.payload, answer });
    },
  };
}

export type KeyedStore = ReturnType<typeof createKeyedStore>;
