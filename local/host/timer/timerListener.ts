import { toTimerInput } from "../converters/toTimerInput.ts";
import type { HostedFunction, TimerTrigger } from "../functions.ts";
import type { Invoke } from "../invoke.ts";
import type { Listener } from "../listener.ts";
import { withRetry } from "../retry.ts";
import type { Schedule } from "./schedule.ts";

export type TimerListenerOptions = {
  readonly fn: HostedFunction<TimerTrigger>;
  readonly schedule: Schedule;
  readonly invoke: Invoke;
  readonly now: () => number;
  readonly random: () => number;
};

/** The real host does not monitor schedules that fire more often: they have no status. */
const LEAST_MONITORED_MS = 60_000;

/** setTimeout counts in 32 bits; longer waits take several. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

/**
 * Runs a timer function at each occurrence, never beside itself: what falls into a run is passed over.
 *
 * What the real host has and this one has not: its status of a schedule (`useMonitor`) outlives the process
 * as a blob, so a run missed while the host was down is made up for with `isPastDue`; and a blob lease lets
 * only one of several hosts run a timer. Here the status lives in memory, `isPastDue` is always false, and
 * every host runs its own timer.
 */
export function startTimerListener(listener: TimerListenerOptions): Listener {
  const { fn, schedule, invoke, now, random } = listener;
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let last: number | undefined;
  let lastUpdated = now();

  const run = async (occurrence: number) => {
    const next = schedule.next(occurrence);
    const monitored = fn.trigger.useMonitor && next !== undefined && isMonitored(schedule, next);
    const status = monitored ? { last, next, lastUpdated } : undefined;
    const input = toTimerInput(status, false);
    await withRetry(fn.metadata.retryOptions, { random, signal: stopping.signal }, (retryContext) =>
      invoke(fn, { input, retryContext }),
    );
    last = occurrence;
    lastUpdated = now();
  };

  const waitFor = (occurrence: number | undefined) => {
    if (occurrence === undefined || stopping.signal.aborted) return;
    const leftMs = occurrence - now();
    if (leftMs > 0) {
      timer = setTimeout(waitFor, Math.min(leftMs, LONGEST_WAIT_MS), occurrence);
      return;
    }
    void run(occurrence).then(() => waitFor(schedule.next(Math.max(now(), occurrence))));
  };

  if (fn.trigger.runOnStartup) void run(now()).then(() => waitFor(schedule.next(now())));
  else waitFor(schedule.next(now()));

  return {
    pause: async () => {
      stopping.abort();
      clearTimeout(timer);
    },
    close: async () => {},
  };
}

function isMonitored(schedule: Schedule, occurrence: number): boolean {
  const following = schedule.next(occurrence);
  return following === undefined || following - occurrence >= LEAST_MONITORED_MS;
}
