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

/** How much of a partition is kept; the newest event always is. */
export type Retention = {
  readonly maxEvents: number;
  readonly maxBytes: number;
  /** Age that an event reaches; looked at whenever one is appended. */
  readonly maxAgeMs: number;
};

/** Hears what happens to a log, so that it can be done again. */
export type LogWatcher<Stored> = {
  readonly onAppend: (entries: readonly LogEntry<Stored>[]) => void;
  /** Events before this number are dropped. */
  readonly onTrim: (beginning: number) => void;
  readonly onClear: () => void;
};

export type PartitionInfo = {
  /** The oldest event kept, or the number that the next event will get if there is none. */
  readonly beginningSequenceNumber: number;
  /** The newest event; undefined before the first. */
  readonly last: LogPosition | undefined;
};

const defaultRetention: Retention = {
  maxEvents: 500_000,
  maxBytes: 64 * 1024 * 1024,
  maxAgeMs: 7 * 24 * 60 * 60 * 1000, // the longest that the standard tier offers
};

/**
 * The append-only log of one partition. Sequence numbers go up by one, offsets and enqueued times never
 * go back, a batch is appended whole, and retention drops whole events from the old end only. Knows no AMQP.
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
  #nextSequenceNumber = 0;
  #nextOffset = 0;

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
    const enqueuedTimeMs = Math.max(this.#now(), this.info().last?.enqueuedTimeMs ?? 0);
    const first = this.#nextSequenceNumber;
    for (const { sizeBytes, at } of batch) {
      const position = {
        sequenceNumber: this.#nextSequenceNumber,
        offset: this.#nextOffset,
        enqueuedTimeMs,
      };
      this.#push({ ...position, sizeBytes, stored: at(position) });
    }
    this.#keeper?.onAppend(
      this.#entries.slice(first - this.#nextSequenceNumber) as LogEntry<Stored>[],
    );
    this.#trim();
    this.#keeper?.onTrim(this.#beginning);
    for (const watcher of this.#watchers) watcher();
  }

  /**
   * Puts back an entry that was appended in a former life, the oldest first, before any other call. False
   * when it does not follow the one before.
   */
  restore(entry: LogEntry<Stored>): boolean {
    const isFirst = this.#nextSequenceNumber === 0;
    if (!isFirst && entry.sequenceNumber !== this.#nextSequenceNumber) return false;
    this.#push(entry);
    this.#trim();
    return true;
  }

  /** The number that the next event gets. */
  get next(): number {
    return this.#nextSequenceNumber;
  }

  /** Calls `watcher` after each append, and when the log is cleared, until the returned function is called. */
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
    if (position.kind === "latest") return this.#nextSequenceNumber;
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
    if (position.kind === "sequenceNumber") return position.value > this.#nextSequenceNumber;
    return position.kind === "offset" && position.value > this.#nextOffset;
  }

  info(): PartitionInfo {
    return { beginningSequenceNumber: this.#beginning, last: this.#entries.at(-1) };
  }

  /**
   * Where a reader that has come to this sequence number goes on: events between may have been dropped,
   * or the log may have begun again.
   */
  resume(sequenceNumber: number): number {
    return this.#clamp(sequenceNumber);
  }

  /** Forgets all events, begins again at sequence number 0 and tells the watchers. */
  clear(): void {
    this.#entries = [];
    this.#head = 0;
    this.#keptBytes = 0;
    this.#nextSequenceNumber = 0;
    this.#nextOffset = 0;
    this.#keeper?.onClear();
    for (const watcher of this.#watchers) watcher();
  }

  #push(entry: LogEntry<Stored>): void {
    this.#entries.push(entry);
    this.#nextSequenceNumber = entry.sequenceNumber + 1;
    this.#nextOffset = entry.offset + Math.max(1, entry.sizeBytes);
    this.#keptBytes += entry.sizeBytes;
  }

  get #beginning(): number {
    return this.#nextSequenceNumber - (this.#entries.length - this.#head);
  }

  #clamp(sequenceNumber: number): number {
    return Math.min(Math.max(sequenceNumber, this.#beginning), this.#nextSequenceNumber);
  }

  /** Offsets and times go up along the log, so the first entry that qualifies is found by bisection. */
  #firstWith(qualifies: (entry: LogPosition) => boolean): number {
    let low = this.#beginning;
    let high = this.#nextSequenceNumber;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const entry = this.at(middle);
      if (entry && qualifies(entry)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #trim(): void {
    const { maxEvents, maxBytes, maxAgeMs } = this.#retention;
    const youngest = this.#now() - maxAgeMs;
    while (
      this.#entries.length - this.#head > 1 &&
      (this.#entries.length - this.#head > maxEvents ||
        this.#keptBytes > maxBytes ||
        (this.#entries[this.#head]?.enqueuedTimeMs ?? 0) < youngest)
    ) {
      this.#keptBytes -= this.#entries[this.#head]?.sizeBytes ?? 0;
      this.#entries[this.#head] = undefined;
      this.#head += 1;
    }
    if (this.#head > this.#entries.length / 2) {
      this.#entries = this.#entries.slice(this.#head);
      this.#head = 0;
    }
  }
}
