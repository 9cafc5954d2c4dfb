import type { Log } from "./log.ts";

/** A receiver that competes for a queue's messages. */
export type Consumer = {
  readonly isReady: () => boolean;
  /** Takes one message; false when the queue has none. */
  readonly takeOne: () => boolean;
};

export type Dispatcher = {
  readonly add: (consumer: Consumer) => void;
  readonly remove: (consumer: Consumer) => void;
  /** Hands out messages while there are both messages and ready consumers; never throws. */
  readonly dispatch: () => void;
};

/** Messages handed out in one go, before sockets and timers get their turn. */
const BURST = 500;

/**
 * Shares a queue's messages out among its receivers in turn. A fault in doing so is logged: whose call it
 * was, a sender's or a timer's, had no part in it.
 */
export function createDispatcher(log: Log): Dispatcher {
  const consumers: Consumer[] = [];
  let next = 0;
  let running = false;
  let waiting = false;

  const nextReady = (): Consumer | undefined => {
    for (let tried = 0; tried < consumers.length; tried += 1) {
      next = next >= consumers.length ? 0 : next;
      const consumer = consumers[next];
      next += 1;
      if (consumer?.isReady()) return consumer;
    }
    return undefined;
  };

  const dispatch = () => {
    // Handing out can make messages available itself, when a lock or a lifetime is found to be over.
    if (running || waiting) return;
    running = true;
    try {
      for (let count = 0; count < BURST; count += 1) {
        const consumer = nextReady();
        if (!consumer?.takeOne()) return;
      }
    } catch (error) {
      log("a message could not be handed out", { error });
      return;
    } finally {
      running = false;
    }
    waiting = true;
    setImmediate(() => {
      waiting = false;
      dispatch();
    });
  };

  return {
    add: (consumer) => void consumers.push(consumer),
    remove: (consumer) => {
      const index = consumers.indexOf(consumer);
      if (index >= 0) consumers.splice(index, 1);
    },
    dispatch,
  };
}
