import type { TypedData } from "../typedData.ts";

export type TimerStatus = {
  /** Epoch ms of the occurrence before this one, if there was one. */
  readonly last: number | undefined;
  readonly next: number;
  readonly lastUpdated: number;
};

/** .NET's smallest instant: the timer has never run. */
const NEVER = "0001-01-01T00:00:00+00:00";

/** A timer's input; a schedule that the host does not monitor has no status. */
export function toTimerInput(status: TimerStatus | undefined, isPastDue: boolean): TypedData {
  return {
    json: JSON.stringify({
      Schedule: { AdjustForDST: true },
      ScheduleStatus:
        status === undefined
          ? null
          : {
              Last: status.last === undefined ? NEVER : instant(status.last),
              Next: instant(status.next),
              LastUpdated: instant(status.lastUpdated),
            },
      IsPastDue: isPastDue,
    }),
  };
}

function instant(epochMs: number): string {
  return new Date(epochMs).toISOString().replace("Z", "+00:00");
}
