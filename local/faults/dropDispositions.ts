import { type Fault, queueOf } from "./fault.ts";

/** Dispositions get lost on the way: the client waits in vain, and the message comes again when its lock ends. */
export const dropDispositions: Fault = (targets, given) => {
  const { planned } = queueOf(targets, given);
  planned.lostDispositions += given.count("count", 1);
  return { planned: planned.lostDispositions };
};
