import type { StartPosition } from "./startPosition.ts";

/** Where the log has put an event. The offset counts the bytes ever appended before it. */
export type LogPosition = {
  readonly sequenceNumber: number;
  readonly offset: number;
  readonly enqueuedTimeMs: number;
};

/** An event that wants in: `at` makes what the log keeps, once its position is known. */
export type Appendable<Stored> = {
  readonly sizeBytes: number;
  readonly at: (position: LogPosition) => Stored;
};

export type LogEntry<Stored> = LogPosition & {
  readonly stored: Stored;
  readonly sizeBytes: number;
};

/** How much of a partition is kept; the newest event is dropped for its age only. */
export type Retention = {
  readonly maxEvents: number;
  readonly maxBytes: number;
  /** Age that an event reaches; it is dropped by the next `trim` or append. */
  readonly maxAgeMs: number;
};

/** The newest event ever appended, from which numbers and offsets go on. */
export type LogEnd = LogPosition & { readonly sizeBytes: number };

/** Hears what happens to a log, so that it can be done again. */
export type LogWatcher<Stored> = {
  readonly onAppend: (entries: readonly LogEntry<Stored>[]) => void;
  /** Events before this number are not needed any more. */
  readonly onTrim: (needed: number) => void;
  /** All events up to and with this one are gone. */
  readonly onClear: (end: LogEnd) => void;
};

export type PartitionInfo = {
  /** The oldest event kept, or the number that the next event will get if there is none. */
  readonly beginningSequenceNumber: number;
  /** The newest event, also when it is not kept any more; undefined before the first. */
  readonly last: LogPosition | undefined;
};

const defaultRetention: Retention = {
  maxEvents: 500_000,
  maxBytes: 64 * 1024 * 1024,
  maxAgeMs: 7 * 24 * 60 * 60 * 1000, // the longest that the standard tier offers
};

/**
 * The append-only log of one partition. Sequence numbers go up by one, offsets and enqueued times never
 * go back, not even when the log is cleared, a batch is appended whole, and retention drops whole events
 * from the old end only. Knows no AMQP.
 */
export class Partition<Stored> {
  readonly #now: () => number;
  readonly #retention: Retention;
  readonly #keeper: LogWatcher<Stored> | undefined;
  readonly #watchers = new Set<() => void>();
  /** The entries kept are those from `#head` on; what stands before is cut off in bulk. */
  #entries: (LogEntry<Stored> | undefined)[] = [];
  #head = 0;
  #keptBytes = 0;
  #last: LogEnd | undefined;

  constructor(options: {
    readonly now: () => number;
    readonly retention?: Partial<Retention> | undefined;
    /** Keeps the log where it outlives the process. */
    readonly keeper?: LogWatcher<Stored> | undefined;
  }) {
    this.#now = options.now;
    this.#retention = { ...defaultRetention, ...options.retention };
    this.#keeper = options.keeper;
  }

  append(batch: readonly Appendable<Stored>[]): void {
    if (batch.length === 0) return;
    const enqueuedTimeMs = Math.max(this.#now(), this.#last?.enqueuedTimeMs ?? 0);
    for (const { sizeBytes, at } of batch) {
      const position = {
        sequenceNumber: this.next,
        offset: this.#nextOffset,
        enqueuedTimeMs,
      };
      this.#push({ ...position, sizeBytes, stored: at(position) });
    }
    this.#keeper?.onAppend(this.#entries.slice(-batch.length) as LogEntry<Stored>[]);
    this.trim();
    for (const watcher of this.#watchers) watcher();
  }

  /** Drops what retention does not keep: to be called now and then, for events grow old without an append. */
  trim(): void {
    this.#drop();
    // The numbers go on from the newest event, so it stays where it outlives the process.
    if (this.#last) this.#keeper?.onTrim(Math.min(this.#beginning, this.#last.sequenceNumber));
  }

  /**
   * Puts back an entry that was appended in a former life, the oldest first, before any other call. False
   * when it does not follow the one before.
   */
  restore(entry: LogEntry<Stored>): boolean {
    if (this.#last && entry.sequenceNumber !== this.next) return false;
    this.#push(entry);
    this.#drop();
    return true;
  }

  /** Clears the log again as in a former life, in turn with `restore`. False when it ended elsewhere. */
  restoreClear(end: LogEnd): boolean {
    if (this.#last && end.sequenceNumber !== this.#last.sequenceNumber) return false;
    this.#forget();
    this.#last = end;
    return true;
  }

  /** The number that the next event gets. */
  get next(): number {
    return this.#last ? this.#last.sequenceNumber + 1 : 0;
  }

  /** Calls `watcher` after each append, until the returned function is called. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** The kept entry with this sequence number. */
  at(sequenceNumber: number): LogEntry<Stored> | undefined {
    return this.#entries[this.#head + sequenceNumber - this.#beginning];
  }

  /**
   * The sequence number from which to read. Positions before the oldest event kept give that event, as
   * the service does; positions beyond the end give the end.
   */
  locate(position: StartPosition): number {
    if (position.kind === "earliest") return this.#beginning;
    if (position.kind === "latest") return this.next;
    if (position.kind === "sequenceNumber") {
      return this.#clamp(position.inclusive ? position.value : position.value + 1);
    }
    const { kind, value, inclusive } = position;
    return this.#firstWith((entry) => {
      const at = kind === "offset" ? entry.offset : entry.enqueuedTimeMs;
      return inclusive ? at >= value : at > value;
    });
  }

  /** Whether a position names something that this log has not seen yet, as a checkpoint of a former life does. */
  isBeyondEnd(position: StartPosition): boolean {
    if (position.kind === "sequenceNumber") return position.value > this.next;
    return position.kind === "offset" && position.value > this.#nextOffset;
  }

  info(): PartitionInfo {
    return { beginningSequenceNumber: this.#beginning, last: this.#last };
  }

  /** Where a reader that has come to this sequence number goes on: events between may have been dropped. */
  resume(sequenceNumber: number): number {
    return this.#clamp(sequenceNumber);
  }

  /** Forgets all events. Numbers and offsets go on, so that no position of a reader means another event. */
  clear(): void {
    this.#forget();
    if (this.#last) this.#keeper?.onClear(this.#last);
    this.trim();
  }

  #forget(): void {
    this.#entries = [];
    this.#head = 0;
    this.#keptBytes = 0;
  }

  #push(entry: LogEntry<Stored>): void {
    this.#entries.push(entry);
    this.#last = entry;
    this.#keptBytes += entry.sizeBytes;
  }

  get #nextOffset(): number {
    return this.#last ? this.#last.offset + Math.max(1, this.#last.sizeBytes) : 0;
  }

  get #beginning(): number {
    return this.next - (this.#entries.length - this.#head);
  }

  #clamp(sequenceNumber: number): number {
    return Math.min(Math.max(sequenceNumber, this.#beginning), this.next);
  }

  /** Offsets and times go up along the log, so the first entry that qualifies is found by bisection. */
  #firstWith(qualifies: (entry: LogPosition) => boolean): number {
    let low = this.#beginning;
    let high = this.next;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const entry = this.at(middle);
      if (entry && qualifies(entry)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #drop(): void {
    const { maxEvents, maxBytes, maxAgeMs } = this.#retention;
    const oldest = this.#now() - maxAgeMs;
    for (;;) {
      const entry = this.#entries[this.#head];
      if (!entry) break;
      const count = this.#entries.length - this.#head;
      const isTooMuch = count > 1 && (count > maxEvents || this.#keptBytes > maxBytes);
      if (!isTooMuch && entry.enqueuedTimeMs >= oldest) break;
      this.#keptBytes -= entry.sizeBytes;
      this.#entries[this.#head] = undefined;
      this.#head += 1;
    }
    if (this.#head > this.#entries.length / 2) {
      this.#entries = this.#entries.slice(this.#head);
      this.#head = 0;
    }
  }
}
