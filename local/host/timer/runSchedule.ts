import { toTimerInput } from "../converters/toTimerInput.ts";
import { errorKind } from "../errorKind.ts";
import type { HostedFunction, TimerTrigger } from "../functions.ts";
import type { Invoke } from "../invoke.ts";
import type { Log } from "../log.ts";
import { withRetry } from "../retry.ts";
import { sleep } from "../sleep.ts";
import type { Hold } from "../storage/lease.ts";
import type { Schedule } from "./schedule.ts";
import { resume, type TimerStatus, type TimerStatusStore } from "./timerStatus.ts";

export type RunScheduleOptions = {
  readonly fn: HostedFunction<TimerTrigger>;
  readonly schedule: Schedule;
  readonly status: TimerStatusStore;
  readonly invoke: Invoke;
  readonly now: () => number;
  readonly random: () => number;
  readonly log: Log;
};

/** The real host does not monitor schedules that fire more often: they have no status. */
const LEAST_MONITORED_MS = 60_000;

/** setTimeout counts in 32 bits; longer waits take several. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

/**
 * Runs a timer's occurrences while the lease is held and the signal has not aborted, never one beside
 * another: what falls into a run is passed over. With `useMonitor` its status outlives the process, so one
 * run makes up, past due, for all that were missed while no host was up. A failed run counts as a run.
 * Rejects when the status cannot be read.
 */
export async function runSchedule(
  { fn, schedule, status: store, invoke, now, random, log }: RunScheduleOptions,
  { lost, isSure }: Hold,
  signal: AbortSignal,
): Promise<void> {
  const { useMonitor, runOnStartup } = fn.trigger;
  const isMonitored = useMonitor && isSlow(schedule, now());
  const resumed = isMonitored ? resume(await store.read(), schedule, now()) : undefined;
  let status = resumed?.status;

  const save = async (updated: TimerStatus) => {
    status = updated;
    await store.write(updated).catch((error: unknown) => {
      log("warning", `Function.${fn.name}`, `its status is not written: ${errorKind(error)}`);
    });
  };
  const run = async (occurrence: number, isPastDue: boolean) => {
    const input = toTimerInput(status, isPastDue);
    const attempt = await withRetry(fn.metadata.retryOptions, { random, signal }, (retryContext) =>
      invoke(fn, { input, retryContext }),
    );
    const next = schedule.next(occurrence);
    if (attempt === "stopped" || status === undefined || next === undefined) return;
    await save({ last: occurrence, next, lastUpdated: occurrence });
  };

  if (status !== undefined) await save(status);
  const isPastDue = resumed?.isPastDue ?? false;
  if (isPastDue || runOnStartup) await run(now(), isPastDue);
  const over = AbortSignal.any([signal, lost]);
  let reached = now();
  while (!over.aborted) {
    const occurrence = schedule.next(reached) ?? Number.POSITIVE_INFINITY;
    while (occurrence > now() && !over.aborted) {
      await sleep(Math.min(occurrence - now(), LONGEST_WAIT_MS), over);
    }
    if (over.aborted || !isSure()) return;
    await run(occurrence, false);
    reached = Math.max(now(), occurrence);
  }
}

function isSlow(schedule: Schedule, now: number): boolean {
  const next = schedule.next(now);
  if (next === undefined) return false;
  const following = schedule.next(next);
  return following === undefined || following - next >= LEAST_MONITORED_MS;
}
