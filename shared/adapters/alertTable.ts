import type { TransactionAction } from "@azure/data-tables";
import type { AlertNews, AlertRule, WatchTelemetry } from "../domain/telemetryAlert.ts";
import type { StreamEvent } from "../domain/telemetryBatch.ts";
import { alertId, type Watched, watchEvents } from "../domain/watchTelemetry.ts";
import { beginning, continueFrom, type Position } from "../patterns/streamPosition.ts";
import { alertKeys, watchedOf, watchedRow } from "./alertRows.ts";
import { announcePartition, moveCursor, readCursor } from "./streamPartitions.ts";
import { hasStatus, type Table } from "./tables.ts";
import { cursorRow, partitionKeyOf, type Stream } from "./telemetryRows.ts";

/** An entity-group transaction takes 100 rows; one of them is the cursor. */
const ROWS_A_TRANSACTION = 99;
/** Another writer wins a round each time; past this many, the caller's backoff is the better wait. */
const MAX_CONFLICTS = 5;

type State = {
  readonly etag: string | undefined;
  /** Token of the write that left the cursor so. */
  readonly owner: string | undefined;
  readonly position: Position;
  /** What may still matter to events past the position, by `alertId`. */
  readonly watched: ReadonlyMap<string, Watched>;
};

type AlertTableOptions = {
  readonly table: Table;
  readonly stream: Stream;
  /** No more than a transaction takes rows. */
  readonly rules: readonly AlertRule[];
  readonly newId: () => string;
};

/**
 * Watches a stream with exactly-once effect: what readings change and the partition's cursor commit in one
 * transaction, fenced by the cursor's ETag, so a batch that comes again, here or in another process, finds
 * itself read and raises nothing. A batch in which no reading counts costs no request, any other one, while
 * nobody else writes. News of a write whose answer got lost are told once the table shows its token.
 */
export function createAlertTable({
  table,
  stream,
  rules,
  newId,
}: AlertTableOptions): WatchTelemetry {
  const held = new Map<string, State>();
  const unanswered = new Map<string, { readonly owner: string; readonly news: AlertNews[] }>();

  /** Resolves with how many of the events are done with. */
  const watchSome = async (
    partition: string,
    events: readonly StreamEvent[],
    tell: (news: AlertNews) => void,
  ): Promise<number> => {
    for (let conflicts = 0; ; conflicts++) {
      const state = held.get(partition) ?? (await load(table, stream, partition));
      held.delete(partition); // whoever does not get to the end reads it anew
      const earlier = unanswered.get(partition);
      unanswered.delete(partition);
      if (earlier?.owner === state.owner) earlier?.news.forEach(tell);

      const { read, changed, news, ...next } = planOf(state, events, rules);
      if (changed.size + news.length === 0) {
        held.set(partition, { ...state, ...next }); // to read them again would change nothing either
        return read;
      }
      const owner = newId();
      unanswered.set(partition, { owner, news });
      try {
        const cursor = { ...cursorRow(partitionKeyOf(stream, partition), next.position), owner };
        const etag = await commit(table, moveCursor(cursor, state.etag), changed);
        unanswered.delete(partition);
        held.set(partition, { ...next, etag, owner });
        news.forEach(tell);
        return read;
      } catch (error) {
        if (!hasStatus(error, 409, 412) || conflicts === MAX_CONFLICTS) throw error;
      }
    }
  };

  return async ({ partition, events }, tell) => {
    for (let done = 0; done < events.length; ) {
      done += await watchSome(partition, events.slice(done), tell);
    }
  };
}

/** Of as many of the events as one transaction takes the rows of. */
function planOf(state: State, events: readonly StreamEvent[], rules: readonly AlertRule[]) {
  let read = events.length;
  for (;;) {
    const { fresh, next: position } = continueFrom(state.position, events.slice(0, read));
    const known = { now: state.position.lastEnqueuedAt, watched: state.watched };
    const { changed, news } = watchEvents(known, fresh, rules);
    if (changed.size > ROWS_A_TRANSACTION) {
      read = Math.ceil(read / 2);
      continue;
    }
    const all = [...new Map([...state.watched, ...changed])];
    const watched = new Map(all.filter(([, one]) => one.lapsesAt > position.lastEnqueuedAt));
    return { read, position, changed, watched, news };
  }
}

/** The cursor's new ETag. */
async function commit(
  table: Table,
  cursor: TransactionAction,
  changed: ReadonlyMap<string, Watched>,
): Promise<string> {
  const { partitionKey } = cursor[1];
  const rows = [...changed.values()].map((one) => watchedRow(partitionKey, one));
  const { subResponses } = await table.call((client, options) =>
    client.submitTransaction(
      [cursor, ...rows.map((row): TransactionAction => ["upsert", row, "Merge"])],
      options,
    ),
  );
  const etag = subResponses[0]?.etag;
  if (etag === undefined) throw new Error("a transaction came back without the cursor's ETag");
  return etag;
}

/** The cursor first: should a row change between the two reads, the cursor's ETag is the older one. */
async function load(table: Table, stream: Stream, partition: string): Promise<State> {
  const { odata } = await import("@azure/data-tables");
  const cursor = await readCursor(table, stream, partition);
  if (cursor === undefined) await announcePartition(table, stream, partition);
  const position = cursor?.position ?? beginning;
  const reached = new Date(position.lastEnqueuedAt).toISOString();
  const filter = odata`PartitionKey eq ${partitionKeyOf(stream, partition)} and RowKey ge ${alertKeys.from} and RowKey lt ${alertKeys.to} and lapsesAt gt ${reached}`;
  const watched = await table.call(async (client, options) => {
    const rows = new Map<string, Watched>();
    for await (const row of client.listEntities({ queryOptions: { filter }, ...options })) {
      const one = watchedOf(row);
      rows.set(alertId(one.name, one), one);
    }
    return rows;
  });
  return { etag: cursor?.etag, owner: cursor?.owner, position, watched };
}
