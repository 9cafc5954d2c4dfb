import type { Clock } from "./clock.ts";
import type { OutgoingMessage, TimedSend } from "./timedSend.ts";

export type OutboxRow = { readonly rowId: string; readonly message: OutgoingMessage };

export type OutboxStore = {
  /** Resolves when all are stored; repeating it with the same instant adds no row. */
  readonly keep: (messages: readonly OutgoingMessage[], at: number) => Promise<void>;
  /** Oldest first. */
  readonly oldest: (count: number) => Promise<readonly OutboxRow[]>;
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

/** `because` tells why a relay stopped before the outbox was empty. */
export type Relayed = { readonly relayed: number; readonly because?: Error | undefined };

export type Outbox = {
  readonly deliver: (messages: readonly OutgoingMessage[]) => Promise<Delivered>;
  readonly relay: () => Promise<Relayed>;
};

/**
 * Accepts messages while the bus is down: `deliver` resolves once each is in the bus or in the store,
 * and rejects when neither took it. At least once, not once: a send that timed out may still arrive,
 * and its row is sent again under the same message id, as it is by two relays at once. The relay sends
 * oldest first and stops at the first failure; the order among messages is not guaranteed.
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
      let relayed = 0;
      for (;;) {
        const page = await store.oldest(pageSize);
        if (page.length === 0) return { relayed };
        for (const { rowId, message } of page) {
          if (clock.now() >= until) return { relayed, because: new Error("out of time") };
          const { unsent, because } = await send([message]);
          if (unsent.length > 0) return { relayed, because };
          await store.remove(rowId); // after the send: a crash in between sends twice, never not at all
          relayed++;
        }
      }
    },
  };
}
