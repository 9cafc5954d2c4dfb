import { type Fault, queueOf } from "./fault.ts";

/** Ends locks before their time, with all that the end of a lock means: one more delivery, perhaps the last. */
export const expireLocks: Fault = (targets, given) => {
  const { queue } = queueOf(targets, given);
  const only = given.count("sequenceNumber", 0);
  const messages = only > 0 ? queue.peek(only, 1) : queue.peek(0, Number.MAX_SAFE_INTEGER);
  let expired = 0;
  for (const { state, sequenceNumber } of messages) {
    if (state.name !== "locked" || (only > 0 && sequenceNumber !== only)) continue;
    // What abandoning does is what the end of a lock does.
    if (queue.settle(state.lock.id, { kind: "abandon" })) expired += 1;
  }
  return { expired };
};
