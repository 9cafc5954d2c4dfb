import { z } from "zod";
import { TerminalError } from "../errors.ts";
import { TelemetryEvent, type TelemetrySeries } from "./telemetryEvent.ts";

/** With the longest names, 500 events fit into the 1 MB batch of a standard hub. */
export const MAX_READINGS = 500;
const { metric, key, value } = TelemetryEvent.shape;

/**
 * Body of `POST telemetry`: readings of one metric and key. That is what one partition of the hub takes
 * as one batch, wholly or not at all; readings of several would go to several, and some could fail.
 */
export const IngestTelemetry = z.strictObject({
  metric,
  key,
  readings: z
    .array(
      z.strictObject({
        value,
        at: z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
      }),
    )
    .min(1)
    .max(MAX_READINGS),
});
export type IngestTelemetry = z.infer<typeof IngestTelemetry>;

/**
 * Resolves once the hub has taken all readings, in one batch. Rejects with TerminalError `too-large` when
 * the hub's batches are too small for them, and otherwise in time; they may have arrived then.
 */
export type SendSeries = (series: TelemetrySeries) => Promise<void>;

type IngestOptions = {
  readonly send: SendSeries;
  readonly now: () => number;
  readonly latenessMs: number;
  readonly aheadMs: number;
};

/**
 * Hands readings to the hub, all or none. One whose time lies so far off that the aggregation would park
 * it refuses them all: TerminalError `late` or `future`, with its field.
 */
export function createIngestTelemetry({ send, now, latenessMs, aheadMs }: IngestOptions) {
  return async function ingestTelemetry(
    body: IngestTelemetry,
  ): Promise<{ readonly accepted: number }> {
    const takenAt = now();
    for (const [index, { at }] of body.readings.entries()) {
      const field = `readings[${index}].at`;
      if (at < takenAt - latenessMs) {
        throw new TerminalError("late", `${field}: more than ${latenessMs} ms ago`, { field });
      }
      if (at > takenAt + aheadMs) {
        throw new TerminalError("future", `${field}: more than ${aheadMs} ms ahead`, { field });
      }
    }
    await send(body);
    return { accepted: body.readings.length };
  };
}
