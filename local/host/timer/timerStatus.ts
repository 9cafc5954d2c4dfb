import type { Schedule } from "./schedule.ts";

/** What is remembered of a timer between runs. Epoch ms; `last` undefined: it has never run. */
export type TimerStatus = {
  readonly last: number | undefined;
  readonly next: number;
  readonly lastUpdated: number;
};

export type TimerStatusStore = {
  /** Undefined when there is none, or none that can be read. */
  readonly read: () => Promise<TimerStatus | undefined>;
  readonly write: (status: TimerStatus) => Promise<void>;
};

export type Resumed = { readonly status: TimerStatus; readonly isPastDue: boolean };

/**
 * Takes a timer up again: past due when the run that was next has been missed. A status that another
 * schedule has left counts from now, so that a changed schedule makes up for nothing.
 */
export function resume(
  stored: TimerStatus | undefined,
  schedule: Schedule,
  now: number,
): Resumed | undefined {
  const next = schedule.next(now);
  if (stored !== undefined && schedule.next(stored.last ?? stored.lastUpdated) === stored.next) {
    return { status: stored, isPastDue: stored.next < now };
  }
  if (next === undefined) return undefined;
  return { status: { last: undefined, next, lastUpdated: now }, isPastDue: false };
}

/** .NET's smallest instant: the timer has never run. */
const NEVER = "0001-01-01T00:00:00+00:00";

/** A status with the real host's names and instants. */
export function toStatusJson({ last, next, lastUpdated }: TimerStatus) {
  return {
    Last: last === undefined ? NEVER : instant(last),
    Next: instant(next),
    LastUpdated: instant(lastUpdated),
  };
}

function instant(epochMs: number): string {
  return new Date(epochMs).toISOString().replace("Z", "+00:00");
}

/** Undefined for what nobody of ours has written: the timer then starts anew. */
export function parseStatusJson(text: string): TimerStatus | undefined {
  let content: Readonly<Record<string, unknown>>;
  try {
    content = JSON.parse(text) as typeof content;
  } catch {
    return undefined;
  }
  const at = (name: string) => Date.parse(String(content[name]));
  const last = content["Last"] === NEVER ? undefined : at("Last");
  const status = { last, next: at("Next"), lastUpdated: at("LastUpdated") };
  const isWhole = [last ?? 0, status.next, status.lastUpdated].every(Number.isFinite);
  return isWhole ? status : undefined;
}
