import { sleep } from "../sleep.ts";

type Message = { readonly sequenceNumber?: { readonly toString: () => string } | undefined };

export type HoldBack = {
  /** Waits after a failure, at most so long; ends early when the signal aborts. */
  readonly wait: (
    messages: readonly Message[],
    mostMs: number,
    signal: AbortSignal,
  ) => Promise<void>;
  /** They have succeeded, so their failures no longer count. */
  readonly forget: (messages: readonly Message[]) => void;
};

/** The longest a dead letter is held back after a failure. */
export const MOST_HOLD_MS = 30_000;

const FIRST_HOLD_MS = 1_000;

/** Doublings beyond this many make no difference any more, and no overflow either. */
const MOST_DOUBLINGS = 10;

/** Failures of so many messages are remembered, the latest. */
const REMEMBERED = 1_000;

/**
 * Holds dead letters whose function failed back before they are abandoned: a second at first, doubling
 * with each failure here; a batch waits as its newest message does. A dead-letter queue knows no
 * MaxDeliveryCount, so on the real host such a message comes again at once and for ever, as fast as the
 * function can fail; here that would drown a developer's log.
 */
export function createHoldBack(): HoldBack {
  const failures = new Map<string, number>();
  const keyOf = ({ sequenceNumber }: Message) => sequenceNumber?.toString() ?? "";

  return {
    wait: async (messages, mostMs, signal) => {
      const counts = messages.map((message) => {
        const key = keyOf(message);
        const count = failures.get(key) ?? 0;
        failures.delete(key);
        failures.set(key, count + 1);
        return count;
      });
      for (const oldest of failures.keys()) {
        if (failures.size <= REMEMBERED) break;
        failures.delete(oldest);
      }
      const ms = FIRST_HOLD_MS * 2 ** Math.min(...counts, MOST_DOUBLINGS);
      await sleep(Math.min(ms, mostMs), signal);
    },
    forget: (messages) => {
      for (const message of messages) failures.delete(keyOf(message));
    },
  };
}
