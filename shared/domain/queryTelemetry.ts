import { z } from "zod";
import { TerminalError } from "../errors.ts";

const HOUR_MS = 60 * 60 * 1_000;
const MAX_SPAN_MS = 31 * 24 * HOUR_MS;
const MAX_WINDOWS = 5_000;

/** Query of `GET telemetry`: windows that start in [from, to); the last hour where nothing is said. */
export const TelemetryQuery = z.strictObject({
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
  metric: z.string().min(1).max(100).optional(),
});
export type TelemetryQuery = z.infer<typeof TelemetryQuery>;

/** One window of one metric and key, all partitions together. */
export type TelemetryWindow = {
  readonly metric: string;
  readonly key: string;
  /** First instant of the window, ISO 8601 UTC; it lasts one minute. */
  readonly from: string;
  readonly count: number;
  /** Exact decimal text, as are min and max. */
  readonly sum: string;
  readonly min: string;
  readonly max: string;
};

/** Instants are epoch ms. Reads at most one window more than `limit`. */
export type WindowRange = {
  readonly from: number;
  readonly to: number;
  readonly metric: string | undefined;
  readonly limit: number;
};

export type ReadWindows = (range: WindowRange) => Promise<readonly TelemetryWindow[]>;

export type QueryTelemetry = (query: TelemetryQuery) => Promise<{
  readonly from: string;
  readonly to: string;
  readonly windows: readonly TelemetryWindow[];
}>;

/** Answers whole ranges only: TerminalError `invalid-range` or `too-many-windows` where one cannot be had. */
export function createQueryTelemetry({
  readWindows,
  now,
}: {
  readonly readWindows: ReadWindows;
  readonly now: () => number;
}): QueryTelemetry {
  return async (query) => {
    const to = query.to === undefined ? now() : Date.parse(query.to);
    const from = query.from === undefined ? to - HOUR_MS : Date.parse(query.from);
    if (from >= to || to - from > MAX_SPAN_MS) {
      throw new TerminalError("invalid-range", "from must lie before to, by at most 31 days", {
        field: "from",
      });
    }
    const windows = await readWindows({ from, to, metric: query.metric, limit: MAX_WINDOWS });
    if (windows.length > MAX_WINDOWS) {
      throw new TerminalError(
        "too-many-windows",
        `more than ${MAX_WINDOWS} windows: ask for a shorter range or one metric`,
      );
    }
    return { from: new Date(from).toISOString(), to: new Date(to).toISOString(), windows };
  };
}
