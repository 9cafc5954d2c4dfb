import { type Fault, queueOf } from "./fault.ts";

/** The next messages that one receiver is given at a time come last first. */
export const reorderDeliveries: Fault = (targets, given) => {
  const { planned } = queueOf(targets, given);
  planned.reversed = given.count("count");
  return { planned: planned.reversed };
};
