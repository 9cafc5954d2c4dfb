import type { TransactionAction } from "@azure/data-tables";
import { toUnits } from "../domain/fixedPoint.ts";
import type { AggregateTelemetry, StreamEvent } from "../domain/telemetryBatch.ts";
import { continueFrom, type Position } from "../patterns/streamPosition.ts";
import { foldSamples, type Sample, type WindowRules, windowStart } from "../patterns/window.ts";
import { moveCursor } from "./streamPartitions.ts";
import { hasStatus, type Table } from "./tables.ts";
import { createPartitionStates, type PartitionState } from "./telemetryPartitions.ts";
import {
  cursorRow,
  parkedRowKey,
  partitionKeyOf,
  type Stream,
  seriesOf,
  windowRow,
} from "./telemetryRows.ts";

/** An entity-group transaction takes 100 rows; one of them is always the cursor. */
const ROWS_A_TRANSACTION = 99;
/** Another writer wins a round each time; past this many, the caller's backoff is the better wait. */
const MAX_CONFLICTS = 5;

type Entity = TransactionAction[1];
type Unreadable = Extract<StreamEvent, { kind: "unreadable" }>;

/**
 * Adds batches to the windows in the table with exactly-once effect: windows, parked events and the
 * partition's cursor commit in one transaction, fenced by the cursor's ETag. A batch that touches more
 * than 99 rows takes several, each fenced the same way; every window row knows its own last sequence
 * number, so a crash between two of them repeats nothing. Costs one request a batch and no read while
 * nobody else writes. A writer that finds the cursor changed (by another one, or by its own write whose
 * answer got lost) reads the state again and adds what is still missing.
 */
export function createTelemetryTable({
  table,
  stream,
  rules,
}: {
  readonly table: Table;
  readonly stream: Stream;
  readonly rules: WindowRules;
}): AggregateTelemetry {
  const states = createPartitionStates(table, stream);

  return async ({ partition, events }) => {
    for (let conflicts = 0; ; conflicts++) {
      const state = await states.get(partition, (position) => floorOf(position, events, rules));
      const plan = planOf(partitionKeyOf(stream, partition), state, events, rules);
      if (plan.isRepetition) return outcomeOf(events, 0, 0);
      try {
        const etag = await commit(table, plan);
        states.advance(state, { ...plan, etag });
        return outcomeOf(events, plan.added, plan.parked);
      } catch (error) {
        states.forget(partition);
        if (!hasStatus(error, 409, 412) || conflicts === MAX_CONFLICTS) throw error;
      }
    }
  };
}

function outcomeOf(events: readonly StreamEvent[], added: number, parked: number) {
  return { added, parked, repeated: events.length - added - parked };
}

/** The earliest window that an event past the position may touch; undefined when there is no such event. */
function floorOf(
  position: Position,
  events: readonly StreamEvent[],
  { latenessMs, sizeMs }: WindowRules,
): number | undefined {
  const { fresh } = continueFrom(position, events);
  if (fresh.length === 0) return undefined;
  const earliest = fresh.reduce((min, { enqueuedAt }) => Math.min(min, enqueuedAt), Infinity);
  return windowStart(Math.max(0, earliest - latenessMs), sizeMs);
}

/** What to write, computed in one go from one state: its ETag fences exactly what was read. */
function planOf(
  partitionKey: string,
  { etag, position: reached, windows }: PartitionState,
  events: readonly StreamEvent[],
  rules: WindowRules,
) {
  const { fresh, next: position } = continueFrom(reached, events);
  const samples: Sample[] = [];
  const unreadable: Unreadable[] = [];
  for (const event of fresh) {
    if (event.kind === "event") samples.push(sampleOf(event));
    else unreadable.push(event);
  }
  const { changed, untimely, added } = foldSamples(
    { lastSequence: reached.lastSequence, windows },
    samples,
    rules,
  );
  const parked: Entity[] = [
    ...unreadable.map((event) => parkedRow(partitionKey, event, event)),
    ...untimely.map(({ sample, reason }) =>
      parkedRow(partitionKey, sample, { reason, detail: "", body: bodyOf(fresh, sample) }),
    ),
  ];
  return {
    partitionKey,
    etag,
    reached,
    position,
    isRepetition: fresh.length === 0,
    floor: floorOf(reached, events, rules),
    changed,
    rows: [...[...changed.values()].map((window) => windowRow(partitionKey, window)), ...parked],
    added,
    parked: parked.length,
  };
}

type Plan = ReturnType<typeof planOf>;

/** Returns the cursor's new ETag. The cursor moves with the last transaction; the others only take its ETag on. */
async function commit(table: Table, plan: Plan): Promise<string> {
  let { etag } = plan;
  let written = 0;
  do {
    const rows = plan.rows.slice(written, written + ROWS_A_TRANSACTION);
    written += rows.length;
    const position = written < plan.rows.length ? plan.reached : plan.position;
    const actions: TransactionAction[] = [
      moveCursor(cursorRow(plan.partitionKey, position), etag),
      ...rows.map((row): TransactionAction => ["upsert", row, "Replace"]),
    ];
    const { subResponses } = await table.call((client, options) =>
      client.submitTransaction(actions, options),
    );
    etag = subResponses[0]?.etag;
    if (etag === undefined) throw new Error("a transaction came back without the cursor's ETag");
  } while (written < plan.rows.length);
  return etag;
}

function sampleOf({ sequenceNumber, enqueuedAt, event }: Extract<StreamEvent, { kind: "event" }>) {
  const { at, value } = event;
  return { sequenceNumber, enqueuedAt, at, value: toUnits(value), series: seriesOf(event) };
}

function bodyOf(events: readonly StreamEvent[], sample: Sample): string {
  const found = events.find(({ sequenceNumber }) => sequenceNumber === sample.sequenceNumber);
  return found?.kind === "event" ? JSON.stringify(found.event) : "";
}

function parkedRow(
  partitionKey: string,
  { sequenceNumber, enqueuedAt }: Pick<StreamEvent, "sequenceNumber" | "enqueuedAt">,
  { reason, detail, body }: Pick<Unreadable, "reason" | "detail" | "body">,
): Entity {
  const rowKey = parkedRowKey(sequenceNumber);
  const enqueued = new Date(enqueuedAt).toISOString();
  return { partitionKey, rowKey, reason, detail, body, enqueued };
}
