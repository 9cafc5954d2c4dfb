import type { Clock } from "./clock.ts";
import type { OutgoingMessage, TimedSend } from "./timedSend.ts";

export type OutboxRow = {
  readonly rowId: string;
  /** An error where the row cannot be read. */
  readonly message: OutgoingMessage | Error;
};

export type OutboxStore = {
  /** Resolves when all are stored; repeating it with the same instant adds no row. */
  readonly keep: (messages: readonly OutgoingMessage[], at: number) => Promise<void>;
  /** Oldest first, those after a row where one is named. */
  readonly oldest: (count: number, after?: string) => Promise<readonly OutboxRow[]>;
  /** A row that is gone already is no error. */
  readonly remove: (rowId: string) => Promise<void>;
};

export type OutboxOptions = {
  readonly send: TimedSend;
  readonly store: OutboxStore;
  readonly clock: Pick<Clock, "now">;
  readonly pageSize?: number;
  /** A relay leaves the rest to the next one after this long. */
  readonly relayForMs?: number;
};

type Delivered =
  | { readonly state: "sent" }
  | { readonly state: "kept"; readonly because: Error | undefined };

/** `because` tells why a relay did not empty the outbox. */
export type Relayed = { readonly relayed: number; readonly because?: Error | undefined };

export type Outbox = {
  readonly deliver: (messages: readonly OutgoingMessage[]) => Promise<Delivered>;
  readonly relay: () => Promise<Relayed>;
};

/**
 * Accepts messages while the bus is down: `deliver` resolves once each is in the bus or in the store,
 * and rejects when neither took it. At least once, not once: a send that timed out may still arrive,
 * and its row is sent again under the same message id, as it is by two relays at once. The relay sends
 * oldest first; a destination that fails is left for the next run, and so is a row that cannot be read, while the others
 * go on. The order among messages is not guaranteed.
 */
export function createOutbox({
  send,
  store,
  clock,
  pageSize = 100,
  relayForMs = 60_000,
}: OutboxOptions): Outbox {
  return {
    async deliver(messages) {
      const { unsent, because } = await send(messages);
      if (unsent.length === 0) return { state: "sent" };
      await store.keep(unsent, clock.now());
      return { state: "kept", because };
    },

    async relay() {
      const until = clock.now() + relayForMs;
      const failed = new Set<string>();
      let relayed = 0;
      let because: Error | undefined;
      let last: string | undefined;
      for (;;) {
        const page = await store.oldest(pageSize, last);
        if (page.length === 0) return because === undefined ? { relayed } : { relayed, because };
        for (const { rowId, message } of page) {
          if (clock.now() >= until) return { relayed, because: new Error("out of time") };
          last = rowId;
          if (message instanceof Error) {
            because ??= message;
            continue;
          }
          if (failed.has(message.destination)) continue;
          const outcome = await send([message]);
          if (outcome.unsent.length > 0) {
            failed.add(message.destination);
            because ??= outcome.because;
            continue;
          }
          await store.remove(rowId); // after the send: a crash in between sends twice, never not at all
          relayed++;
        }
      }
    },
  };
}
