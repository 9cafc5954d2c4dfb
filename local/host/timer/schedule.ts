import { Cron } from "croner";
import { StartUpError } from "../startUpError.ts";
import { parseTimeSpanMs } from "../timeSpan.ts";

export type Schedule = {
  /** Epoch ms of the first occurrence after the instant, or undefined when there is none any more. */
  readonly next: (after: number) => number | undefined;
};

/** What NCRONTAB knows; the parser's own extensions (L, W, #, ?) are no part of it. */
const value = String.raw`(\d+|[A-Za-z]{3,9})`;
const range = String.raw`(\*|${value}(-${value})?)(/\d+)?`;
const FIELD = new RegExp(`^${range}(,${range})*$`);

/**
 * A timer trigger's schedule: NCRONTAB with seconds (`0 *\/5 * * * *`) or without, in UTC unless a time zone
 * is named, or a time span (`00:00:30`) between runs. Day of month and day of week must both fit.
 */
export function parseSchedule(text: string, timeZone = "UTC"): Schedule {
  const intervalMs = text.includes(":") ? parseTimeSpanMs(text) : undefined;
  if (intervalMs !== undefined && intervalMs > 0) return { next: (after) => after + intervalMs };

  const malformed = (cause?: unknown) =>
    new StartUpError(
      `The schedule expression '${text}' was not recognized as a valid cron expression or timespan string.`,
      { cause },
    );
  const fields = text.trim().split(/\s+/);
  if ((fields.length !== 5 && fields.length !== 6) || !fields.every((field) => FIELD.test(field))) {
    throw malformed();
  }
  try {
    const cron = new Cron(text, { timezone: timeZone, domAndDow: true, paused: true });
    return { next: (after) => cron.nextRun(new Date(after))?.getTime() };
  } catch (error) {
    throw malformed(error);
  }
}
