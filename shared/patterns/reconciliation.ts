import type { UncertainCall } from "../errors.ts";
import type { Clock } from "./clock.ts";

/** A message whose last call may or may not have had its effect. */
export type Uncertain<Message> = {
  readonly id: string;
  /** The queue that the message belongs to. */
  readonly queue: string;
  readonly call: UncertainCall;
  readonly message: Message;
  /** Epoch ms. */
  readonly since: number;
};

export type UncertainStore<Message> = {
  /** Keeping the same message again changes nothing. */
  readonly keep: (row: Omit<Uncertain<Message>, "id">) => Promise<void>;
  readonly oldest: (count: number) => Promise<readonly Uncertain<Message>[]>;
  readonly remove: (id: string) => Promise<void>;
};

export type Reconciled = {
  /** Messages whose call had its effect: their next attempt gets its answer. */
  readonly done: number;
  /** Messages whose call had none: their next attempt makes it. */
  readonly unseen: number;
  /** Messages whose target gave no answer in time: their last attempt. */
  readonly overdue: number;
  /** Messages whose target does not answer yet. */
  readonly waiting: number;
};

const ROWS_A_RUN = 200;

/**
 * Asks each target by key what became of a call, and sends the message on as soon as it tells, under one message id
 * however often: first sent, then removed. A target that fails is asked once a run. The message itself repeats its call
 * under the same key, so what was done is not done again, and what was not is done now.
 */
export function createReconciliation<Message>({
  store,
  had,
  send,
  sendLast,
  clock,
  maxAgeMs,
}: {
  readonly store: UncertainStore<Message>;
  /** Whether the call had its effect; rejects while its target does not tell. */
  readonly had: (call: UncertainCall) => Promise<boolean>;
  readonly send: (queue: string, message: Message) => Promise<void>;
  /** Sends the message for one attempt only. */
  readonly sendLast: (queue: string, message: Message) => Promise<void>;
  readonly clock: Pick<Clock, "now">;
  readonly maxAgeMs: number;
}): () => Promise<Reconciled> {
  return async function reconcile() {
    const counts = { done: 0, unseen: 0, overdue: 0, waiting: 0 };
    const silent = new Set<string>();
    const ask = async (call: UncertainCall): Promise<boolean | undefined> => {
      if (silent.has(call.target)) return undefined;
      try {
        return await had(call);
      } catch {
        silent.add(call.target);
        return undefined;
      }
    };

    for (const { id, queue, call, message, since } of await store.oldest(ROWS_A_RUN)) {
      const answer = await ask(call);
      const isOverdue = clock.now() - since >= maxAgeMs;
      if (answer === undefined && !isOverdue) {
        counts.waiting++;
        continue;
      }
      await (answer === undefined ? sendLast : send)(queue, message);
      await store.remove(id);
      counts[answer === undefined ? "overdue" : answer ? "done" : "unseen"]++;
    }
    return counts;
  };
}
