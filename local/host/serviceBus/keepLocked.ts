import type { ServiceBusReceivedMessage, ServiceBusReceiver } from "@azure/service-bus";
import type { Log } from "../log.ts";

/** Between two tries while the lock lasts: the broker may be back before it is over. */
const RETRY_MS = 1_000;

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
  let isFailing = false;
  const renew = () => {
    receiver.renewMessageLock(message).then(
      () => {
        isFailing = false;
        schedule();
      },
      (error: Error & { readonly code?: string }) => {
        if (isOver) return;
        if (!isFailing) {
          log("warning", category, `a message's lock could not be renewed: ${error.name}`);
        }
        isFailing = true;
        const lastsUntil = Math.min(message.lockedUntilUtc?.getTime() ?? 0, endAt);
        if (error.code === "MessageLockLost" || now() + RETRY_MS >= lastsUntil) return;
        timer = setTimeout(renew, RETRY_MS);
        timer.unref();
      },
    );
  };
  schedule();
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}
