import type { Log } from "./log.ts";

/** A receiver that competes for a queue's messages. */
export type Consumer = {
  readonly isReady: () => boolean;
  /** Takes one message; false when the queue has none. */
  readonly takeOne: () => boolean;
};

export type Dispatcher = {
  /** Hands out messages to this one, too, which may be ready now: to be called whenever it becomes so. */
  readonly offer: (consumer: Consumer) => void;
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
  /** Those that were ready when they were looked at last; the others cost nothing, however many they are. */
  const consumers: Consumer[] = [];
  let next = 0;
  let running = false;
  let waiting = false;

  const nextReady = (): Consumer | undefined => {
    while (consumers.length > 0) {
      next = next >= consumers.length ? 0 : next;
      const consumer = consumers[next];
      if (consumer?.isReady()) {
        next += 1;
        return consumer;
      }
      consumers.splice(next, 1);
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
    offer: (consumer) => {
      if (!consumers.includes(consumer)) consumers.push(consumer);
      dispatch();
    },
    remove: (consumer) => {
      const index = consumers.indexOf(consumer);
      if (index >= 0) consumers.splice(index, 1);
    },
    dispatch,
  };
}
