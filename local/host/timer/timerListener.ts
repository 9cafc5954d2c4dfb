import { errorKind } from "../errorKind.ts";
import type { Listener } from "../listener.ts";
import { holdLease, type LeasePort } from "../storage/lease.ts";
import { type RunScheduleOptions, runSchedule } from "./runSchedule.ts";

export type TimerListenerOptions = RunScheduleOptions & {
  readonly lease: LeasePort;
  readonly leaseMs: number;
  readonly pollMs: number;
};

/**
 * Runs a timer function on one of several hosts: on the one that holds the timer's lease. A host that is
 * killed is followed by another within the lease and one poll.
 */
export function startTimerListener(options: TimerListenerOptions): Listener {
  const { fn, lease, leaseMs, pollMs, now, log } = options;
  const category = `Function.${fn.name}`;
  const stopping = new AbortController();
  const { signal } = stopping;
  let isTroubled = false;

  const ended = holdLease(
    {
      port: lease,
      leaseMs,
      pollMs,
      now,
      signal,
      onHeld: () => {
        isTroubled = false;
        log("information", category, "this host runs the timer");
      },
      onError: (error) => {
        const reason = error instanceof Error ? error.message.split("\n")[0] : errorKind(error);
        if (!isTroubled) log("warning", category, `the timer's lock: ${reason}`);
        isTroubled = true;
      },
    },
    (hold) => runSchedule(options, hold, signal),
  );
  return { pause: async () => stopping.abort(), close: () => ended };
}
