import { type Fault, queueOf } from "./fault.ts";

/** Messages are delivered again after their completion was confirmed: what no handler may rely on not to be. */
export const duplicateDeliveries: Fault = (targets, given) => {
  const { planned } = queueOf(targets, given);
  planned.duplicates += given.count("count", 1);
  return { planned: planned.duplicates };
};
