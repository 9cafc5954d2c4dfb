import { beginning, type Position } from "../patterns/streamPosition.ts";
import type { Window } from "../patterns/window.ts";
import { windowId } from "../patterns/window.ts";
import { announcePartition, readCursor } from "./streamPartitions.ts";
import type { Table } from "./tables.ts";
import { partitionKeyOf, type Stream, windowOf, windowRowKey } from "./telemetryRows.ts";

/** What is known of a partition as of one version of its cursor. */
export type PartitionState = {
  readonly partition: string;
  /** Of the cursor; undefined while there is none. */
  readonly etag: string | undefined;
  readonly position: Position;
  /** Every window that starts here or later is in `windows`, if it exists. */
  readonly floor: number;
  readonly windows: ReadonlyMap<string, Window>;
};

type Progress = {
  readonly etag: string;
  readonly position: Position;
  readonly floor: number | undefined;
  readonly changed: ReadonlyMap<string, Window>;
};

/** From which window on the state is needed to read on from a position; undefined when there is nothing to add. */
type FloorFor = (position: Position) => number | undefined;

type Held = PartitionState & { readonly windows: Map<string, Window> };

/**
 * Keeps each partition's state in memory as long as this process is its only writer, so that a steady
 * stream needs no reads. A stale state does no harm: its ETag makes the next write fail.
 */
export function createPartitionStates(table: Table, stream: Stream) {
  const held = new Map<string, Held>();

  return {
    get: async (partition: string, floorFor: FloorFor): Promise<PartitionState> => {
      const known = held.get(partition);
      if (known !== undefined && (floorFor(known.position) ?? known.floor) >= known.floor) {
        return known;
      }
      const state = await load(table, stream, partition, floorFor);
      held.set(partition, state);
      return state;
    },

    /** Takes on what was written, and lets go of windows too old to be touched again. */
    advance: (before: PartitionState, { etag, position, floor, changed }: Progress): void => {
      const current = held.get(before.partition);
      if (current === undefined || current.etag !== before.etag) return;
      for (const [id, window] of changed) current.windows.set(id, window);
      const newFloor = Math.max(before.floor, floor ?? before.floor);
      if (newFloor > before.floor) dropBefore(current.windows, newFloor);
      held.set(before.partition, { ...current, etag, position, floor: newFloor });
    },

    forget: (partition: string): void => void held.delete(partition),
  };
}

function dropBefore(windows: Map<string, Window>, floor: number): void {
  for (const [id, { start }] of windows) if (start < floor) windows.delete(id);
}

/** The cursor first: should a window change between the two reads, the cursor's ETag is the older one. */
async function load(
  table: Table,
  stream: Stream,
  partition: string,
  floorFor: FloorFor,
): Promise<Held> {
  const cursor = await readCursor(table, stream, partition);
  if (cursor === undefined) await announcePartition(table, stream, partition);
  const position = cursor?.position ?? beginning;
  const floor = floorFor(position) ?? Number.POSITIVE_INFINITY;
  const windows = new Map<string, Window>();
  if (Number.isFinite(floor)) {
    for (const window of await readWindows(table, partitionKeyOf(stream, partition), floor)) {
      windows.set(windowId(window), window);
    }
  }
  return { partition, etag: cursor?.etag, position, floor, windows };
}

async function readWindows(table: Table, partitionKey: string, floor: number): Promise<Window[]> {
  const { odata } = await import("@azure/data-tables");
  const filter = odata`PartitionKey eq ${partitionKey} and RowKey ge ${windowRowKey(floor)} and RowKey lt ${"window}"}`;
  return table.call(async (client, options) => {
    const windows: Window[] = [];
    for await (const row of client.listEntities({ queryOptions: { filter }, ...options })) {
      windows.push(windowOf(row));
    }
    return windows;
  });
}
