import { z } from "zod";
import type { TelemetryBatch } from "./telemetryBatch.ts";
import { TelemetryEvent } from "./telemetryEvent.ts";

const { metric, key, value } = TelemetryEvent.shape;
const MAX_MS = 24 * 60 * 60 * 1_000;
const durationMs = z.int().positive().max(MAX_MS);

/**
 * What is worth a person's attention: `count` readings of one metric and key beyond a limit (any reading,
 * where there is no limit) that the hub took within `withinMs`. Without a key, each key of the metric is
 * watched by itself.
 */
export const AlertRule = z.strictObject({
  name: z.string().min(1).max(100),
  metric,
  key: key.optional(),
  above: value.optional(),
  below: value.optional(),
  /** As many stamps are kept for each key, in a table's text column. */
  count: z.int().min(1).max(100).default(1),
  withinMs: durationMs.default(60_000),
  /** How long the condition has to stay away before the alert is cleared and can be raised anew. */
  clearAfterMs: durationMs.default(300_000),
});
export type AlertRule = z.infer<typeof AlertRule>;

/** An alert belongs to one rule, metric and key. Instants are the hub's stamps, epoch ms. */
export type AlertNews = {
  readonly kind: "raised" | "cleared";
  readonly name: string;
  readonly metric: string;
  readonly key: string;
  /** The reading that raised it. */
  readonly value: string;
  readonly at: number;
};

/**
 * Resolves when the batch is taken into account durably. `tell` hears of each alert when it is raised and
 * when it is cleared: once, however often the batch comes again and however it is cut. A process that dies
 * between its write and `tell` leaves the table to say it.
 */
export type WatchTelemetry = (
  batch: TelemetryBatch,
  tell: (news: AlertNews) => void,
) => Promise<void>;
