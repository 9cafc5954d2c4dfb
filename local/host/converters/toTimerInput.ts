import { type TimerStatus, toStatusJson } from "../timer/timerStatus.ts";
import type { TypedData } from "../typedData.ts";

/** A timer's input; a schedule that the host does not monitor has no status. */
export function toTimerInput(status: TimerStatus | undefined, isPastDue: boolean): TypedData {
  return {
    json: JSON.stringify({
      Schedule: { AdjustForDST: true },
      ScheduleStatus: status === undefined ? null : toStatusJson(status),
      IsPastDue: isPastDue,
    }),
  };
}
