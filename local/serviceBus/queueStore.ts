import type { Commits } from "../journal/commits.ts";
import { CompactingJournal, type CompactingOptions } from "../journal/compactingJournal.ts";
import { DamagedStateError } from "../journal/errors.ts";
import { decodeChange, encodeChange } from "./changeCodec.ts";
import type { QueueChange, QueuePart } from "./message.ts";
import type { Queue } from "./queue.ts";
import type { StoredMessage } from "./storedMessage.ts";

type Change = QueueChange<StoredMessage>;

/** What a queue needs to outlive its process. */
export type QueueStore = {
  /** Called by the queue's `onChange`. */
  readonly record: (change: Change, part: QueuePart) => void;
  /** Throws a DiskFullError when so many messages, of so many bytes together, cannot be kept. */
  readonly makeRoom: (bytes: number, count: number) => void;
};

export type QueueStores = {
  readonly of: (name: string) => QueueStore;
  /** Fills the queues with what the file holds. To be called once, before anything else happens to them. */
  readonly restore: (queues: readonly NamedQueue[]) => void;
  /** Bytes of the file. */
  readonly size: () => number;
  readonly close: () => void;
};

export type NamedQueue = { readonly name: string; readonly queue: Queue<StoredMessage> };

export type QueueStoresOptions = Omit<CompactingOptions, "onRecord" | "snapshot" | "reserve"> & {
  readonly commits: Commits;
  readonly log: (event: string, details: Readonly<Record<string, unknown>>) => void;
};

/** What a message's records may need beside the message as it came. */
const OVERHEAD = 1_024;

/** Room for some 80,000 settlements after the disk has filled up. */
const RESERVE = 4 * 1024 * 1024;

const parts = ["main", "deadLetters"] as const;

/**
 * All queues in one journal, so that a message that moves between two of them is in exactly one after a
 * crash. A record is the queue's name behind its length, the part, and the change.
 */
export function createQueueStores({ commits, log, ...options }: QueueStoresOptions): QueueStores {
  let journal: CompactingJournal | undefined;
  let known: readonly NamedQueue[] = [];
  const opened = () => {
    if (!journal) throw new Error("the journal is not open yet");
    return journal;
  };
  const snapshot = function* () {
    for (const { name, queue } of known) {
      const prefixes = prefixesOf(name);
      for (const [change, part] of queue.snapshot()) {
        yield [prefixes[part], ...encodeChange(change)];
      }
    }
  };

  return {
    of: (name) => {
      const prefixes = prefixesOf(name);
      return {
        record: (change, part) => {
          opened().append([prefixes[part], ...encodeChange(change)]);
          commits.add(opened());
        },
        makeRoom: (bytes, count) => opened().makeRoom(bytes + count * OVERHEAD),
      };
    },
    restore: (queues) => {
      known = queues;
      const byName = new Map(queues.map(({ name, queue }) => [name.toLowerCase(), queue]));
      const strangers = new Map<string, Set<string>>();
      const onRecord = (record: Buffer) => {
        const { name, part, change } = decodeRecord(record);
        const queue = byName.get(name);
        if (queue) queue.restore(change, part);
        else countStranger(strangers, name, part, change);
      };
      const restored = new CompactingJournal({ ...options, reserve: RESERVE, onRecord, snapshot });
      refuseStrangers(strangers, options.path, () => restored.close());
      journal = restored;
      if (journal.torn > 0) {
        log("unfinished write dropped", { file: options.path, bytes: journal.torn });
      }
    },
    size: () => opened().size,
    close: () => journal?.close(),
  };
}

function prefixesOf(name: string): Record<QueuePart, Buffer> {
  const bytes = Buffer.from(name.toLowerCase());
  const prefix = (part: number) =>
    Buffer.concat([Buffer.from([bytes.length & 0xff, bytes.length >> 8]), bytes, Buffer.of(part)]);
  return { main: prefix(0), deadLetters: prefix(1) };
}

function decodeRecord(record: Buffer) {
  const nameEnd = 2 + record.readUInt16LE(0);
  return {
    name: record.toString("utf8", 2, nameEnd),
    part: parts[record.readUInt8(nameEnd)] ?? "main",
    change: decodeChange(record.subarray(nameEnd + 1)),
  };
}

/** Notes which messages a queue holds that nobody declares any more. */
function countStranger(
  strangers: Map<string, Set<string>>,
  name: string,
  part: QueuePart,
  change: Change,
): void {
  const held = strangers.get(name) ?? new Set();
  strangers.set(name, held);
  const key = (number: number) => `${part} ${number}`;
  if (change.kind === "put") held.add(key(change.message.sequenceNumber));
  if (change.kind === "removed") held.delete(key(change.sequenceNumber));
  if (change.kind === "cleared") {
    for (const one of held) if (one.startsWith(part)) held.delete(one);
  }
}

function refuseStrangers(
  strangers: ReadonlyMap<string, ReadonlySet<string>>,
  path: string,
  close: () => void,
): void {
  for (const [name, { size }] of strangers) {
    if (size === 0) continue;
    close();
    throw new DamagedStateError(
      `${path} holds ${size} message(s) of queue "${name}", which is not declared any more: declare it again and empty it`,
    );
  }
}
