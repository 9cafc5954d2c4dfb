import type { UncertainCall } from "../errors.ts";
import type { Clock } from "./clock.ts";

/** A message with a call that may or may not have had its effect. */
export type Uncertain<Message> = {
  /** The queue that the message belongs to. */
  readonly queue: string;
  readonly call: UncertainCall;
  readonly message: Message;
  /** Epoch ms. */
  readonly since: number;
};

export type UncertainRow<Message> = {
  readonly rowId: string;
  /** An error where the row cannot be read. */
  readonly kept: Uncertain<Message> | Error;
};

export type UncertainStore<Message> = {
  /** Keeping the same message again changes nothing. */
  readonly keep: (uncertain: Uncertain<Message>) => Promise<void>;
  /** Oldest first, those after a row where one is named. */
  readonly oldest: (count: number, after?: string) => Promise<readonly UncertainRow<Message>[]>;
  /** A row that is gone already is no error. */
  readonly remove: (rowId: string) => Promise<void>;
};

export type Reconciled = {
  /** Messages whose call had its effect: their next attempt gets its answer. */
  readonly done: number;
  /** Messages whose call had none: their next attempt makes it. */
  readonly unseen: number;
  /** Messages whose target gave no answer in time: their last attempt. */
  readonly overdue: number;
  /** Messages whose target does not tell yet. */
  readonly waiting: number;
  /** Why some messages were left that could have gone on. */
  readonly because?: Error | undefined;
};

const PAGE_SIZE = 200;

/**
 * Asks each target by key what became of a call, and sends the message on as soon as it tells, under one message id
 * however often: first sent, then removed. A target that is away is asked once a run; a row that cannot be read or sent
 * holds up no other. The message itself repeats its call under the same key, so what was done is not done again, and
 * what was not is done now.
 */
export function createReconciliation<Message>({
  store,
  had,
  send,
  sendLast,
  clock,
  maxAgeMs,
  reconcileForMs = 60_000,
}: {
  readonly store: UncertainStore<Message>;
  /** Whether the call had its effect, undefined where its target does not tell; rejects while that is away. */
  readonly had: (call: UncertainCall) => Promise<boolean | undefined>;
  readonly send: (queue: string, message: Message) => Promise<void>;
  /** Sends the message for one attempt only. */
  readonly sendLast: (queue: string, message: Message) => Promise<void>;
  readonly clock: Pick<Clock, "now">;
  readonly maxAgeMs: number;
  /** A run leaves the rest to the next one after this long. */
  readonly reconcileForMs?: number;
}): () => Promise<Reconciled> {
  return async function reconcile() {
    const until = clock.now() + reconcileForMs;
    const counts = { done: 0, unseen: 0, overdue: 0, waiting: 0 };
    const silent = new Set<string>();
    let because: Error | undefined;
    let last: string | undefined;

    const ask = async (call: UncertainCall): Promise<boolean | undefined> => {
      if (silent.has(call.target)) return undefined;
      try {
        return await had(call);
      } catch {
        silent.add(call.target);
        return undefined;
      }
    };
    const settle = async ({ rowId, kept }: UncertainRow<Message>): Promise<keyof typeof counts> => {
      if (kept instanceof Error) throw kept;
      const { queue, call, message, since } = kept;
      const answer = await ask(call);
      if (answer === undefined && clock.now() - since < maxAgeMs) return "waiting";
      await (answer === undefined ? sendLast : send)(queue, message);
      await store.remove(rowId); // after the send: a crash in between sends twice, never not at all
      return answer === undefined ? "overdue" : answer ? "done" : "unseen";
    };

    for (;;) {
      const page = await store.oldest(PAGE_SIZE, last);
      if (page.length === 0) return because === undefined ? counts : { ...counts, because };
      for (const row of page) {
        if (clock.now() >= until) return { ...counts, because: new Error("out of time") };
        last = row.rowId;
        try {
          counts[await settle(row)]++;
        } catch (error) {
          because ??= error instanceof Error ? error : new Error("unknown", { cause: error });
        }
      }
    }
  };
}
