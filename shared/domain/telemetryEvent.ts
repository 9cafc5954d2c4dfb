import { z } from "zod";
import { ExactNumber } from "../exactNumber.ts";

/** Digits that a value may have: enough for every currency and sensor, few enough to add exactly. */
const decimalText = /^-?\d{1,20}(\.\d{1,12})?$/;

/** Storage takes neither control characters nor half a surrogate pair. */
const storableText = /^[^\p{Cc}\p{Cs}]+$/u;

/**
 * One reading in hub `telemetry`. Members that this version does not know are dropped, so that a newer
 * sender can run beside an older reader; one that is missing or wrong refuses the event.
 */
export const TelemetryEvent = z.object({
  schema: z.literal(1),
  metric: z.string().max(100).regex(storableText),
  /** What the metric is counted by: an outcome, a device, a step. Also the partition key. */
  key: z.string().max(200).regex(storableText),
  /** A number, whose digits stay as they are, or decimal text. */
  value: z
    .union([z.number(), z.instanceof(ExactNumber), z.string()])
    .transform(String)
    .pipe(z.string().regex(decimalText, "must be a decimal of at most 20 + 12 digits")),
  /** When it happened, epoch ms. */
  at: z.int().min(0).max(8.64e15),
});
export type TelemetryEvent = z.infer<typeof TelemetryEvent>;

/** What a step hands over; the schema number and the encoding are the sender's matter. */
type TelemetryReading = {
  readonly metric: string;
  readonly key: string;
  readonly value: number | string;
  /** Epoch ms. */
  readonly at: number;
};

/** Readings of one metric and key, which go to one partition of the hub. */
export type TelemetrySeries = {
  readonly metric: string;
  readonly key: string;
  readonly readings: readonly Pick<TelemetryReading, "value" | "at">[];
};

/**
 * Where steps report. Never throws and never takes longer than the sender's limit: a reading that
 * cannot be sent in time is dropped and counted, because telemetry must not hold up an order.
 */
export type Telemetry = { readonly emit: (reading: TelemetryReading) => Promise<void> };
