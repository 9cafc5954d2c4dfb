import { type Fault, queueOf } from "./fault.ts";

/** Nothing is delivered for a while, as when the service is busy with itself. */
export const delayDeliveries: Fault = (targets, given) => {
  const { planned, dispatcher } = queueOf(targets, given);
  const ms = given.count("ms");
  planned.heldBack += 1;
  setTimeout(() => {
    planned.heldBack = Math.max(planned.heldBack - 1, 0); // a reset may have come before
    dispatcher.dispatch();
  }, ms).unref();
  return { ms };
};
