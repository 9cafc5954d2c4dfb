import { DueHeap } from "./dueHeap.ts";
import { DuplicateHistory } from "./duplicateHistory.ts";
import type { KeptMessage, Lock, QueueChange, QueuedMessage } from "./message.ts";
import { SequenceMap } from "./sequenceMap.ts";

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** A message in the books. Who changes its delivery count tells of it; content and state are the books' own. */
export type Entry<Content> = Mutable<QueuedMessage<Content>>;

export type QueueBooksOptions<Content> = {
  readonly duplicateDetectionWindowMs: number | undefined;
  readonly sizeOf: (content: Content) => number;
  /** Hears of every change that a restart shall not undo. */
  readonly onChange: ((change: QueueChange<Content>) => void) | undefined;
};

const ACTIVE = { name: "active" } as const;
const DEFERRED = { name: "deferred" } as const;
const GONE = { name: "gone" } as const;

/**
 * What a queue holds, and what outlives its process: messages by number and by state, numbers used up, ids
 * seen. Tells each change, so that it can be done again. Knows no clock and none of the queue's rules.
 */
export class QueueBooks<Content> {
  readonly #onChange: QueueBooksOptions<Content>["onChange"];
  readonly #sizeOf: QueueBooksOptions<Content>["sizeOf"];
  readonly #all = new SequenceMap<Entry<Content>>();
  readonly #active = new SequenceMap<Entry<Content>>();
  readonly #counts = { scheduled: 0, deferred: 0 };
  readonly #duplicates: DuplicateHistory | undefined;
  readonly #dueSchedules = new DueHeap<Entry<Content>>(({ state }) => state.name === "scheduled");
  readonly #dueExpiries = new DueHeap<Entry<Content>>(({ state }) => state.name !== "gone");
  #lastSequenceNumber = 0;
  #bytes = 0;

  constructor({
    duplicateDetectionWindowMs: windowMs,
    sizeOf,
    onChange,
  }: QueueBooksOptions<Content>) {
    this.#onChange = onChange;
    this.#sizeOf = sizeOf;
    if (windowMs !== undefined) this.#duplicates = new DuplicateHistory(windowMs);
  }

  counts(): { readonly active: number; readonly scheduled: number; readonly deferred: number } {
    return { active: this.#active.size, ...this.#counts };
  }

  /** What all messages take up. */
  get bytes(): number {
    return this.#bytes;
  }

  get(sequenceNumber: number): Entry<Content> | undefined {
    return this.#all.get(sequenceNumber);
  }

  /** Messages in any state from a number on. */
  from(sequenceNumber: number, count: number): readonly Entry<Content>[] {
    return this.#all.from(sequenceNumber, count);
  }

  /** Whether this id was seen within the window; from now on it was. */
  isDuplicate(messageId: string, now: number): boolean {
    if (!this.#duplicates) return false;
    if (this.#duplicates.isDuplicate(messageId, now)) return true;
    this.#onChange?.({ kind: "seen", messageId, at: now });
    return false;
  }

  /** Uses up a number. */
  skipNumber(): number {
    const last = this.#nextNumber();
    this.#onChange?.({ kind: "numbered", last });
    return last;
  }

  /** Takes in a message under the next number. */
  add(message: Omit<KeptMessage<Content>, "sequenceNumber" | "deliveryCount">): Entry<Content> {
    const entry = { ...message, sequenceNumber: this.#nextNumber(), deliveryCount: 0 };
    this.#list(entry);
    this.tellPut(entry);
    return entry;
  }

  /** Takes in a message of other books under the number it had there, to live on without end. */
  adopt(source: Entry<Content>, content: Content): void {
    const entry: Entry<Content> = { ...source, content, expiresAt: undefined, state: ACTIVE };
    this.#list(entry);
    this.tellPut(entry);
  }

  /** Takes the first active message off its list; it is to be held or removed next. */
  shiftActive(): Entry<Content> | undefined {
    return this.#active.shift();
  }

  hold(entry: Entry<Content>, lock: Lock): void {
    const { state } = entry;
    const wasDeferred = state.name === "locked" ? state.wasDeferred : state.name === "deferred";
    if (state.name === "deferred") this.#counts.deferred -= 1;
    entry.state = { name: "locked", lock, wasDeferred };
  }

  /** Gives it another content; whoever keeps the message tells of it. */
  rewrite(entry: Entry<Content>, content: Content): void {
    this.#bytes += this.#sizeOf(content) - this.#sizeOf(entry.content);
    entry.content = content;
  }

  putActive(entry: Entry<Content>): void {
    entry.state = ACTIVE;
    this.#active.insert(entry);
  }

  putDeferred(entry: Entry<Content>): void {
    entry.state = DEFERRED;
    this.#counts.deferred += 1;
  }

  /** Takes out a message that is not listed as active any more. */
  remove(entry: Entry<Content>): void {
    this.#onChange?.({ kind: "removed", sequenceNumber: entry.sequenceNumber });
    this.#forget(entry);
  }

  /** Takes out a scheduled message before its time. */
  cancel(entry: Entry<Content>): void {
    this.remove(entry);
    this.#dueSchedules.discard();
  }

  /** The next scheduled message whose time has come; it is to be removed next. */
  popScheduled(now: number): Entry<Content> | undefined {
    return this.#dueSchedules.popDue(now);
  }

  /** The next message whose lifetime is over; off its list where it was active. */
  popExpired(now: number): Entry<Content> | undefined {
    const entry = this.#dueExpiries.popDue(now);
    if (entry?.state.name === "active") this.#active.delete(entry.sequenceNumber);
    return entry;
  }

  /** When one of these two has something. */
  nextDueAt(): number | undefined {
    const at = Math.min(
      this.#dueSchedules.nextAt() ?? Number.POSITIVE_INFINITY,
      this.#dueExpiries.nextAt() ?? Number.POSITIVE_INFINITY,
    );
    return at === Number.POSITIVE_INFINITY ? undefined : at;
  }

  /** Empties the books; numbers go on. */
  clear(): void {
    this.#forgetAll();
    this.#onChange?.({ kind: "cleared" });
  }

  tellPut(entry: Entry<Content>): void {
    this.#onChange?.({ kind: "put", message: withoutLock(entry) });
  }

  /** Told before it is done: a message that is available may be gone again at once. */
  tellReturned({ sequenceNumber, deliveryCount }: Entry<Content>, deferred: boolean): void {
    this.#onChange?.({ kind: "returned", sequenceNumber, deliveryCount, deferred });
  }

  /** Does again what `onChange` heard, in the same order and before any other call. Tells nobody. */
  restore(change: QueueChange<Content>): void {
    switch (change.kind) {
      case "put":
        this.#restorePut(change.message);
        break;
      case "returned": {
        const entry = this.#all.get(change.sequenceNumber);
        if (!entry) break;
        const { deliveryCount, deferred } = change;
        this.#restorePut({ ...entry, deliveryCount, state: deferred ? DEFERRED : ACTIVE });
        break;
      }
      case "removed":
        this.#restoreRemoved(change.sequenceNumber);
        break;
      case "seen":
        this.#duplicates?.remember(change);
        break;
      case "numbered":
        this.#lastSequenceNumber = Math.max(this.#lastSequenceNumber, change.last);
        break;
      case "cleared":
        this.#forgetAll();
        break;
    }
  }

  /** Changes that make empty books like these, but for the locks. */
  *snapshot(): Iterable<QueueChange<Content>> {
    yield { kind: "numbered", last: this.#lastSequenceNumber };
    for (const sighting of this.#duplicates?.sightings() ?? []) yield { kind: "seen", ...sighting };
    for (const entry of this.#all.values()) yield { kind: "put", message: withoutLock(entry) };
  }

  #nextNumber(): number {
    this.#lastSequenceNumber += 1;
    return this.#lastSequenceNumber;
  }

  #list(entry: Entry<Content>): void {
    const { content, expiresAt, state } = entry;
    this.#all.insert(entry);
    this.#bytes += this.#sizeOf(content);
    if (expiresAt !== undefined) this.#dueExpiries.push(expiresAt, entry);
    if (state.name === "active") this.#active.insert(entry);
    if (state.name === "scheduled") this.#dueSchedules.push(state.at, entry);
    if (state.name === "scheduled" || state.name === "deferred") this.#counts[state.name] += 1;
  }

  #restorePut(message: KeptMessage<Content>): void {
    const { sequenceNumber } = message;
    this.#restoreRemoved(sequenceNumber);
    this.#lastSequenceNumber = Math.max(this.#lastSequenceNumber, sequenceNumber);
    this.#list({ ...message });
  }

  #restoreRemoved(sequenceNumber: number): void {
    const entry = this.#all.get(sequenceNumber);
    if (!entry) return;
    this.#active.delete(sequenceNumber);
    if (entry.state.name === "scheduled") this.#dueSchedules.discard();
    this.#forget(entry);
  }

  #forget(entry: Entry<Content>): void {
    const { state } = entry;
    this.#all.delete(entry.sequenceNumber);
    this.#bytes -= this.#sizeOf(entry.content);
    if (state.name === "scheduled" || state.name === "deferred") this.#counts[state.name] -= 1;
    if (entry.expiresAt !== undefined) this.#dueExpiries.discard();
    entry.state = GONE;
  }

  #forgetAll(): void {
    this.#all.clear();
    this.#active.clear();
    this.#duplicates?.clear();
    this.#dueSchedules.clear();
    this.#dueExpiries.clear();
    this.#bytes = 0;
    Object.assign(this.#counts, { scheduled: 0, deferred: 0 });
  }
}

function withoutLock<Content>({ state, ...message }: Entry<Content>): KeptMessage<Content> {
  if (state.name === "locked") return { ...message, state: state.wasDeferred ? DEFERRED : ACTIVE };
  return { ...message, state: state.name === "gone" ? ACTIVE : state };
}
