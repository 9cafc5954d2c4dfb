import type { ServiceBusReceivedMessage, ServiceBusReceiver } from "@azure/service-bus";
import type { Log } from "../log.ts";

/** Renewed when this much of the lock is left, or half of it for short locks. */
const MARGIN_MS = 10_000;

export type KeepLockedOptions = {
  readonly maxMs: number;
  readonly now: () => number;
  readonly log: Log;
  readonly category: string;
};

/**
 * Renews a message's lock until the returned function is called or the longest time is over. The SDK's own
 * renewal goes on after the function has returned, as long as nobody settles; the real host's does not.
 */
export function keepLocked(
  receiver: ServiceBusReceiver,
  message: ServiceBusReceivedMessage,
  { maxMs, now, log, category }: KeepLockedOptions,
): () => void {
  const endAt = now() + maxMs;
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;

  const schedule = () => {
    const lockedUntil = message.lockedUntilUtc?.getTime();
    if (lockedUntil === undefined || isOver) return;
    const leftMs = lockedUntil - now();
    const renewAt = lockedUntil - Math.min(MARGIN_MS, leftMs / 2);
    if (leftMs <= 0 || renewAt > endAt) return;
    timer = setTimeout(renew, renewAt - now());
    timer.unref();
  };
  const renew = () => {
    receiver.renewMessageLock(message).then(schedule, (error: Error) => {
      if (!isOver) log("warning", category, `a message's lock could not be renewed: ${error.name}`);
    });
  };
  schedule();
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}
