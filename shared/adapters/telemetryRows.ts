import { z } from "zod";
import { fromUnits, toUnits } from "../domain/fixedPoint.ts";
import { sha256 } from "../patterns/digest.ts";
import type { Position } from "../patterns/streamPosition.ts";
import type { Window } from "../patterns/window.ts";

/** One consumer's view of one hub; each of its partitions has a table partition, and this one lists them. */
export type Stream = { readonly hub: string; readonly consumerGroup: string };

export const CURSOR = "cursor";

export function streamKey({ hub, consumerGroup }: Stream): string {
  return `${hub}|${consumerGroup}`;
}

export function partitionKeyOf(stream: Stream, partition: string): string {
  return `${streamKey(stream)}|${partition}`;
}

/** Window rows sort by their start, so that a range of time is a range of keys. */
export function windowRowKey(start: number, series = ""): string {
  const key = `window|${String(start).padStart(16, "0")}|`;
  return series === "" ? key : key + sha256(series).slice(0, 32);
}

/** Parked rows are named by their position, so that a repeated write changes nothing. */
export function parkedRowKey(sequenceNumber: number): string {
  return `parked|${String(sequenceNumber).padStart(20, "0")}`;
}

/** A series is a metric and what it is counted by. */
export function seriesOf({
  metric,
  key,
}: {
  readonly metric: string;
  readonly key: string;
}): string {
  return JSON.stringify([metric, key]);
}

const Series = z.tuple([z.string(), z.string()]);

export function namesOf(series: string): { metric: string; key: string } {
  const [metric, key] = Series.parse(JSON.parse(series));
  return { metric, key };
}

/** Integers beyond 32 bits would arrive as doubles: positions, instants and sums are text. */
const wholeNumber = z
  .string()
  .regex(/^-?\d+$/)
  .transform(Number);
const CursorRow = z.object({
  etag: z.string(),
  base: wholeNumber,
  lastSequence: wholeNumber,
  lastEnqueuedAt: wholeNumber,
  owner: z.string().optional(),
});

export type Cursor = {
  readonly etag: string;
  readonly position: Position;
  /** Token of the write that left it so, where its writer leaves one. */
  readonly owner: string | undefined;
};

export function cursorOf(row: unknown): Cursor {
  const { etag, owner, ...position } = CursorRow.parse(row);
  return { etag, position, owner };
}

export function cursorRow(partitionKey: string, { base, lastSequence, lastEnqueuedAt }: Position) {
  return {
    partitionKey,
    rowKey: CURSOR,
    base: String(base),
    lastSequence: String(lastSequence),
    lastEnqueuedAt: String(lastEnqueuedAt),
  };
}

const exactUnits = z.string().transform(toUnits);
const WindowRow = z.object({
  metric: z.string(),
  key: z.string(),
  from: z.iso.datetime(),
  count: z.int(),
  sum: exactUnits,
  min: exactUnits,
  max: exactUnits,
  lastSequence: wholeNumber,
});

export function windowOf(row: unknown): Window {
  const { metric, key, from, ...totals } = WindowRow.parse(row);
  return { ...totals, series: seriesOf({ metric, key }), start: Date.parse(from) };
}

export function windowRow(partitionKey: string, window: Window) {
  return {
    partitionKey,
    rowKey: windowRowKey(window.start, window.series),
    ...namesOf(window.series),
    from: new Date(window.start).toISOString(),
    count: window.count,
    sum: fromUnits(window.sum),
    min: fromUnits(window.min),
    max: fromUnits(window.max),
    lastSequence: String(window.lastSequence),
  };
}
