import { join } from "node:path";
import type { Commits } from "../journal/commits.ts";
import { DamagedStateError } from "../journal/errors.ts";
import { SegmentedLog, type SegmentedLogOptions } from "../journal/segmentedLog.ts";
import { decodeRecord, encodeCleared, encodeEntry } from "./entryCodec.ts";
import type { HubDescription } from "./hubDescription.ts";
import type { IdempotentProducers } from "./idempotentProducers.ts";
import { openLogEnds } from "./logEnds.ts";
import type { LogWatcher, Partition } from "./partition.ts";
import type { StoredEvent } from "./storedEvent.ts";

/** What a partition needs to outlive its process. */
export type PartitionStore = {
  readonly keeper: LogWatcher<StoredEvent>;
  /** Fills both with what the files hold. To be called once, before anything else happens to them. */
  readonly restore: (partition: Partition<StoredEvent>, producers: IdempotentProducers) => void;
  /** Throws a DiskFullError when so many events from this number on, of so many bytes together, cannot be kept. */
  readonly makeRoom: (next: number, bytes: number, count: number) => void;
};

export type HubStores = {
  readonly of: (hub: string, partitionId: string) => PartitionStore;
  /** When the hubs came to be, in epoch ms. */
  readonly createdAtMs: number;
  readonly close: () => void;
};

export type HubStoresOptions = Pick<
  SegmentedLogOptions,
  "directory" | "files" | "sync" | "segmentBytes" | "step"
> & {
  /** Whether there were hubs here before: then what they kept must be there. */
  readonly begun?: boolean | undefined;
  readonly commits: Commits;
  readonly createdAtMs: number;
  readonly log: (event: string, details: Readonly<Record<string, unknown>>) => void;
};

/** What annotations and record add to an event, generously. */
const OVERHEAD = 512;

/**
 * A folder a partition: `<directory>/<hub>/<partition id>/<first sequence number>.log`; and beside the directory
 * a journal that names the newest file of each.
 */
export function createHubStores(options: HubStoresOptions): HubStores {
  const { commits, log, begun, createdAtMs, ...logs } = options;
  const { files, sync } = logs;
  const path = `${options.directory}.journal`;
  const ends = openLogEnds({ path, files, sync, begun, commits });
  const opened: SegmentedLog[] = [];

  return {
    createdAtMs,
    of: (hub, partitionId) => {
      const name = `${folderOf(hub)}/${partitionId}`;
      const directory = join(options.directory, name);
      let events: SegmentedLog | undefined;
      const change = (make: (log: SegmentedLog) => void) => {
        if (!events) return;
        make(events);
        commits.add(events);
      };
      return {
        keeper: {
          onAppend: (entries) =>
            change((log) => {
              for (const entry of entries) log.append(encodeEntry(entry));
            }),
          onTrim: (needed) => change((log) => log.keepFrom(needed)),
          onClear: (end) => change((log) => log.append(encodeCleared(end))),
        },
        restore: (partition, producers) => {
          const onRecord = (record: Buffer) => {
            if (putBack(decodeRecord(record), partition, producers)) return;
            throw new DamagedStateError(`${directory} lacks events from ${partition.next} on`);
          };
          events = new SegmentedLog({
            ...logs,
            directory,
            onRecord,
            current: ends.get(name),
            onCurrent: (first) => ends.set(name, first),
          });
          opened.push(events);
          partition.trim();
          if (events.torn > 0) {
            log("unfinished write dropped", { directory, bytes: events.torn });
          }
        },
        makeRoom: (next, bytes, count) => events?.makeRoom(next, bytes + count * OVERHEAD),
      };
    },
    close: () => {
      for (const events of opened) events.close();
      ends.close();
    },
  };
}

/** False when it does not follow what was put back before. */
function putBack(
  found: ReturnType<typeof decodeRecord>,
  partition: Partition<StoredEvent>,
  producers: IdempotentProducers,
): boolean {
  if (found.kind === "cleared") {
    producers.clear();
    return partition.restoreClear(found.end);
  }
  const { producer } = found.entry.stored;
  if (producer) producers.restore(producer);
  return partition.restore(found.entry);
}

/** Throws when the folder holds events of a hub or a partition that is not declared any more. */
export function refuseStrangeHubs(
  { directory, files }: Pick<HubStoresOptions, "directory" | "files">,
  hubs: readonly HubDescription[],
): void {
  files.makeDirectory(directory);
  const declared = new Map(hubs.map((hub) => [folderOf(hub.name), hub.partitionCount]));
  for (const hub of files.list(directory)) {
    for (const partition of files.list(join(directory, hub))) {
      if (Number(partition) < (declared.get(hub) ?? 0)) continue;
      const path = join(directory, hub, partition);
      if (!holdsEvents({ directory: path, files })) continue;
      throw new DamagedStateError(
        `${path} holds events of a hub or partition that is not declared any more: declare it again and empty it`,
      );
    }
  }
}

/** Whether anything was appended since the log was cleared. */
function holdsEvents(folder: Pick<HubStoresOptions, "directory" | "files">): boolean {
  let holds = false;
  const onRecord = (record: Buffer) => {
    holds = decodeRecord(record).kind === "entry";
  };
  new SegmentedLog({ ...folder, sync: false, onRecord }).close();
  return holds;
}

/** Names are compared without regard to case, and may hold what file names may not. */
function folderOf(hub: string): string {
  return encodeURIComponent(hub.toLowerCase());
}
