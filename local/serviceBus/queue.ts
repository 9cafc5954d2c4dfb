import { DueHeap } from "./dueHeap.ts";
import { DuplicateHistory } from "./duplicateHistory.ts";
import type {
  DeadLetterReason,
  KeptMessage,
  Lock,
  LockedMessage,
  MessageState,
  QueueChange,
  QueuedMessage,
  QueuePart,
  Settlement,
  Submission,
} from "./message.ts";
import { SequenceMap } from "./sequenceMap.ts";

/** The part of a queue's description that its state machine follows. */
export type QueueRules = {
  readonly lockDurationMs: number;
  /** Failed deliveries after which a message is dead-lettered. */
  readonly maxDeliveryCount: number;
  /** Also the longest time to live that a message can have. */
  readonly defaultMessageTimeToLiveMs: number;
  readonly duplicateDetectionWindowMs: number | undefined;
  readonly deadLetteringOnMessageExpiration: boolean;
};

export type QueueOptions<Content> = {
  readonly rules: QueueRules;
  readonly now: () => number;
  /** Writes the reason into a message that the queue itself dead-letters. */
  readonly withReason: (content: Content, reason: DeadLetterReason) => Content;
  /** A message can be received, from the queue or its dead-letter queue. */
  readonly onAvailable?: (queue: Queue<Content>) => void;
  /** `sweep` has work at this time. */
  readonly onDue?: (at: number) => void;
  /** Hears of every change that a restart shall not undo, those of one call in a row. */
  readonly onChange?: (change: QueueChange<Content>, part: QueuePart) => void;
};

export type QueueCounts = {
  readonly active: number;
  readonly scheduled: number;
  readonly locked: number;
  readonly deferred: number;
};

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
type Entry<Content> = Mutable<QueuedMessage<Content>>;

const ACTIVE = { name: "active" } as const;
const DEFERRED = { name: "deferred" } as const;
const GONE = { name: "gone" } as const;

/**
 * A queue with peek-lock, without clock or socket of its own. Messages are received in the order of
 * their sequence numbers, also one that comes back; each is held by one lock at a time, at least once.
 * Every call looks at the clock, so a lock or a lifetime ends on time even when no sweep ran.
 */
export class Queue<Content> {
  readonly #options: QueueOptions<Content>;
  readonly #deadLetters: Queue<Content> | undefined;
  readonly #all = new SequenceMap<Entry<Content>>();
  readonly #active = new SequenceMap<Entry<Content>>();
  readonly #locks = new Map<number, Lock>();
  readonly #counts = { scheduled: 0, deferred: 0 };
  readonly #duplicates: DuplicateHistory | undefined;
  readonly #dueLocks = new DueHeap<Lock>((lock) => this.#locks.get(lock.id) === lock);
  readonly #dueSchedules = new DueHeap<Entry<Content>>(({ state }) => state.name === "scheduled");
  readonly #dueExpiries = new DueHeap<Entry<Content>>(({ state }) => state.name !== "gone");
  #lastSequenceNumber = 0;
  #lastLockId = 0;

  constructor(options: QueueOptions<Content>, kind: "main" | "deadLetters" = "main") {
    this.#options = options;
    const { rules } = options;
    if (kind === "deadLetters") return;
    this.#deadLetters = new Queue(options, "deadLetters");
    if (rules.duplicateDetectionWindowMs !== undefined) {
      this.#duplicates = new DuplicateHistory(rules.duplicateDetectionWindowMs);
    }
  }

  /** The dead-letter sub-queue; undefined for one of those itself. */
  get deadLetters(): Queue<Content> | undefined {
    return this.#deadLetters;
  }

  counts(): QueueCounts {
    return { active: this.#active.size, locked: this.#locks.size, ...this.#counts };
  }

  /**
   * Takes a message in and answers its sequence number. A duplicate is dropped and answered alike, so
   * that its sender cannot tell.
   */
  send(submission: Submission<Content>): number {
    const now = this.#options.now();
    const { messageId, scheduledAt } = submission;
    if (this.#duplicates?.isDuplicate(messageId, now)) return this.#skipNumber();
    if (this.#duplicates) this.#tell({ kind: "seen", messageId, at: now });
    return scheduledAt !== undefined && scheduledAt > now
      ? this.#schedule(submission, scheduledAt)
      : this.#enqueue(submission);
  }

  /** Cancels scheduled messages; false, with nothing cancelled, when one of them is not (or no longer) scheduled. */
  cancel(sequenceNumbers: readonly number[]): boolean {
    const entries = sequenceNumbers.map((number) => this.#all.get(number));
    if (entries.some((entry) => entry?.state.name !== "scheduled")) return false;
    for (const entry of entries) {
      if (entry?.state.name !== "scheduled") continue; // named twice
      this.#remove(entry);
      this.#dueSchedules.discard();
    }
    return true;
  }

  /** Locks the next message. */
  receive(): LockedMessage<Content> | undefined {
    const entry = this.#takeActive();
    return entry && this.#lock(entry, false);
  }

  /** Takes the next message out for good. */
  receiveAndDelete(): QueuedMessage<Content> | undefined {
    const entry = this.#takeActive();
    if (entry) this.#remove(entry);
    return entry;
  }

  /** Locks deferred messages by number; undefined, with nothing locked, when one of them is not there. */
  receiveDeferred(
    sequenceNumbers: readonly number[],
  ): readonly LockedMessage<Content>[] | undefined {
    const entries = this.#deferred(sequenceNumbers);
    return entries?.map((entry) => {
      this.#counts.deferred -= 1;
      return this.#lock(entry, true);
    });
  }

  /** Takes deferred messages out for good; undefined, with nothing taken, when one of them is not there. */
  receiveAndDeleteDeferred(
    sequenceNumbers: readonly number[],
  ): readonly QueuedMessage<Content>[] | undefined {
    const entries = this.#deferred(sequenceNumbers);
    for (const entry of entries ?? []) this.#remove(entry);
    return entries;
  }

  /** Ends a receiver's hold; false when it had ended before. */
  settle(lockId: number, settlement: Settlement<Content>): boolean {
    const held = this.#held(lockId);
    if (!held) return false;
    const { entry, lock } = held;
    this.#unlock(lock);
    const { content } = entry;
    if ("change" in settlement) entry.content = settlement.change(content);
    const keeps = settlement.kind === "abandon" || settlement.kind === "defer";
    if (keeps && entry.content !== content) this.#tellPut(entry);
    switch (settlement.kind) {
      case "complete":
        this.#remove(entry);
        break;
      case "release":
        this.#giveBack(entry);
        break;
      case "abandon":
        this.#failDelivery(entry);
        break;
      case "defer":
        entry.deliveryCount += 1;
        this.#tellReturned(entry, true);
        if (this.#isExpired(entry)) this.#expire(entry);
        else this.#putDeferred(entry);
        break;
      case "deadLetter":
        this.#deadLetter(entry, entry.content);
        break;
    }
    return true;
  }

  /** Holds the message for another lock duration; answers until when, undefined when the lock was lost. */
  renew(lockId: number): number | undefined {
    const held = this.#held(lockId);
    if (!held) return undefined;
    const { entry, lock } = held;
    const renewed = { ...lock, until: this.#options.now() + this.#options.rules.lockDurationMs };
    this.#locks.set(lockId, renewed);
    this.#dueLocks.discard();
    this.#watchLock(renewed);
    if (entry.state.name === "locked") entry.state = { ...entry.state, lock: renewed };
    return renewed.until;
  }

  /** Messages in any state from a sequence number on, without touching them. */
  peek(fromSequenceNumber: number, count: number): readonly QueuedMessage<Content>[] {
    return this.#all.from(fromSequenceNumber, count);
  }

  /** Does what is due: ends locks and lifetimes, makes scheduled messages available. */
  sweep(): void {
    const now = this.#options.now();
    for (let lock = this.#dueLocks.popDue(now); lock; lock = this.#dueLocks.popDue(now)) {
      this.#held(lock.id);
    }
    for (let due = this.#dueSchedules.popDue(now); due; due = this.#dueSchedules.popDue(now)) {
      this.#activate(due);
    }
    for (let due = this.#dueExpiries.popDue(now); due; due = this.#dueExpiries.popDue(now)) {
      if (due.state.name === "active") this.#active.delete(due.sequenceNumber);
      // A locked message expires when it comes back.
      if (due.state.name === "active" || due.state.name === "deferred") this.#expire(due);
    }
    this.#deadLetters?.sweep();
  }

  /** When the next sweep has work. */
  nextDueAt(): number | undefined {
    const times = [
      this.#dueLocks.nextAt(),
      this.#dueSchedules.nextAt(),
      this.#dueExpiries.nextAt(),
      this.#deadLetters?.nextDueAt(),
    ].filter((at) => at !== undefined);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** Empties queue and dead-letter queue; locks are lost, sequence numbers go on. */
  clear(): void {
    this.#forgetAll();
    this.#tell({ kind: "cleared" });
    this.#deadLetters?.clear();
  }

  /** Does again what `onChange` told of, in the same order and before any other call. Tells nobody. */
  restore(change: QueueChange<Content>, part: QueuePart): void {
    if (part === "deadLetters" && this.#deadLetters) {
      this.#deadLetters.restore(change, "main");
      return;
    }
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

  /** Changes that make an empty queue like this one, but for the locks. */
  *snapshot(): Iterable<readonly [QueueChange<Content>, QueuePart]> {
    yield [{ kind: "numbered", last: this.#lastSequenceNumber }, "main"];
    for (const sighting of this.#duplicates?.sightings() ?? []) {
      yield [{ kind: "seen", ...sighting }, "main"];
    }
    for (const entry of this.#all.values()) {
      yield [{ kind: "put", message: withoutLock(entry) }, "main"];
    }
    for (const [change] of this.#deadLetters?.snapshot() ?? []) yield [change, "deadLetters"];
  }

  #nextNumber(): number {
    this.#lastSequenceNumber += 1;
    return this.#lastSequenceNumber;
  }

  #skipNumber(): number {
    const last = this.#nextNumber();
    this.#tell({ kind: "numbered", last });
    return last;
  }

  #forgetAll(): void {
    this.#all.clear();
    this.#active.clear();
    this.#locks.clear();
    this.#duplicates?.clear();
    for (const heap of [this.#dueLocks, this.#dueSchedules, this.#dueExpiries]) heap.clear();
    this.#counts.scheduled = 0;
    this.#counts.deferred = 0;
  }

  #tell(change: QueueChange<Content>): void {
    this.#options.onChange?.(change, this.#deadLetters ? "main" : "deadLetters");
  }

  #tellPut(entry: Entry<Content>): void {
    if (this.#options.onChange) this.#tell({ kind: "put", message: withoutLock(entry) });
  }

  /** Told before it is done: a message that is available may be gone again at once. */
  #tellReturned({ sequenceNumber, deliveryCount }: Entry<Content>, deferred: boolean): void {
    this.#tell({ kind: "returned", sequenceNumber, deliveryCount, deferred });
  }

  #restorePut(message: KeptMessage<Content>): void {
    this.#restoreRemoved(message.sequenceNumber);
    const entry: Entry<Content> = { ...message };
    const { sequenceNumber, expiresAt, state } = message;
    this.#lastSequenceNumber = Math.max(this.#lastSequenceNumber, sequenceNumber);
    this.#all.insert(entry);
    if (expiresAt !== undefined) this.#dueExpiries.push(expiresAt, entry);
    if (state.name === "active") this.#active.insert(entry);
    if (state.name === "scheduled") this.#dueSchedules.push(state.at, entry);
    if (state.name !== "active") this.#counts[state.name] += 1;
  }

  #restoreRemoved(sequenceNumber: number): void {
    const entry = this.#all.get(sequenceNumber);
    if (!entry) return;
    this.#active.delete(sequenceNumber);
    if (entry.state.name === "scheduled") this.#dueSchedules.discard();
    this.#forget(entry);
  }

  #schedule(submission: Submission<Content>, at: number): number {
    const entry = this.#store(submission, { name: "scheduled", at, submission }, undefined);
    this.#counts.scheduled += 1;
    this.#dueSchedules.push(at, entry);
    this.#options.onDue?.(at);
    return entry.sequenceNumber;
  }

  /** A scheduled message is appended when its time comes, under a new number. */
  #activate(entry: Entry<Content>): void {
    if (entry.state.name !== "scheduled") return;
    const { submission } = entry.state;
    this.#remove(entry);
    this.#enqueue(submission);
  }

  #enqueue(submission: Submission<Content>): number {
    const { defaultMessageTimeToLiveMs } = this.#options.rules;
    const timeToLiveMs = Math.min(
      submission.timeToLiveMs ?? defaultMessageTimeToLiveMs,
      defaultMessageTimeToLiveMs,
    );
    const expiresAt = this.#options.now() + timeToLiveMs;
    const entry = this.#store(submission, ACTIVE, expiresAt);
    this.#dueExpiries.push(expiresAt, entry);
    this.#options.onDue?.(expiresAt);
    this.#putActive(entry);
    return entry.sequenceNumber;
  }

  #store(
    { content }: Submission<Content>,
    state: MessageState<Content>,
    expiresAt: number | undefined,
  ): Entry<Content> {
    const entry: Entry<Content> = {
      sequenceNumber: this.#nextNumber(),
      enqueuedAt: this.#options.now(),
      expiresAt,
      content,
      deliveryCount: 0,
      state,
    };
    this.#all.insert(entry);
    this.#tellPut(entry);
    return entry;
  }

  /** A dead-lettered message keeps its number and its times but lives on without end. */
  #adopt(source: Entry<Content>, content: Content): void {
    const entry: Entry<Content> = { ...source, content, expiresAt: undefined, state: ACTIVE };
    this.#all.insert(entry);
    this.#tellPut(entry);
    this.#putActive(entry);
  }

  #takeActive(): Entry<Content> | undefined {
    for (;;) {
      const entry = this.#active.shift();
      if (!entry || !this.#isExpired(entry)) return entry;
      this.#expire(entry);
    }
  }

  #deferred(sequenceNumbers: readonly number[]): Entry<Content>[] | undefined {
    const entries: Entry<Content>[] = [];
    for (const number of new Set(sequenceNumbers)) {
      const entry = this.#all.get(number);
      if (entry?.state.name !== "deferred") return undefined;
      if (this.#isExpired(entry)) {
        this.#expire(entry);
        return undefined;
      }
      entries.push(entry);
    }
    return entries;
  }

  #lock(entry: Entry<Content>, wasDeferred: boolean): LockedMessage<Content> {
    this.#lastLockId += 1;
    const until = this.#options.now() + this.#options.rules.lockDurationMs;
    const lock = { id: this.#lastLockId, sequenceNumber: entry.sequenceNumber, until };
    this.#locks.set(lock.id, lock);
    entry.state = { name: "locked", lock, wasDeferred };
    this.#watchLock(lock);
    return { message: entry, lock };
  }

  #watchLock(lock: Lock): void {
    this.#dueLocks.push(lock.until, lock);
    this.#options.onDue?.(lock.until);
  }

  /** The message under a lock that still holds; one that has run out ends here. */
  #held(lockId: number): { entry: Entry<Content>; lock: Lock } | undefined {
    const lock = this.#locks.get(lockId);
    const entry = lock && this.#all.get(lock.sequenceNumber);
    if (!entry) return undefined;
    if (lock.until > this.#options.now()) return { entry, lock };
    this.#unlock(lock);
    this.#failDelivery(entry);
    return undefined;
  }

  #unlock(lock: Lock): void {
    this.#locks.delete(lock.id);
    this.#dueLocks.discard();
  }

  #failDelivery(entry: Entry<Content>): void {
    entry.deliveryCount += 1;
    const { maxDeliveryCount } = this.#options.rules;
    if (this.#deadLetters && entry.deliveryCount >= maxDeliveryCount) {
      this.#deadLetterFor(entry, {
        reason: "MaxDeliveryCountExceeded",
        description: `Message could not be consumed after ${maxDeliveryCount} delivery attempts.`,
      });
    } else {
      this.#tellReturned(entry, entry.state.name === "locked" && entry.state.wasDeferred);
      this.#giveBack(entry);
    }
  }

  #giveBack(entry: Entry<Content>): void {
    if (this.#isExpired(entry)) this.#expire(entry);
    else if (entry.state.name === "locked" && entry.state.wasDeferred) this.#putDeferred(entry);
    else this.#putActive(entry);
  }

  #putActive(entry: Entry<Content>): void {
    entry.state = ACTIVE;
    this.#active.insert(entry);
    this.#options.onAvailable?.(this);
  }

  #putDeferred(entry: Entry<Content>): void {
    entry.state = DEFERRED;
    this.#counts.deferred += 1;
  }

  #isExpired({ expiresAt }: Entry<Content>): boolean {
    return expiresAt !== undefined && expiresAt <= this.#options.now();
  }

  #expire(entry: Entry<Content>): void {
    if (this.#options.rules.deadLetteringOnMessageExpiration) {
      this.#deadLetterFor(entry, {
        reason: "TTLExpiredException",
        description: "The message expired and was dead lettered.",
      });
    } else this.#remove(entry);
  }

  #deadLetterFor(entry: Entry<Content>, reason: DeadLetterReason): void {
    this.#deadLetter(entry, this.#options.withReason(entry.content, reason));
  }

  /** Dead-lettering what is dead already puts it back where it was. */
  #deadLetter(entry: Entry<Content>, content: Content): void {
    this.#remove(entry);
    (this.#deadLetters ?? this).#adopt(entry, content);
  }

  /** Takes the message out of the books; what was active has left that list before. */
  #remove(entry: Entry<Content>): void {
    this.#tell({ kind: "removed", sequenceNumber: entry.sequenceNumber });
    this.#forget(entry);
  }

  #forget(entry: Entry<Content>): void {
    this.#all.delete(entry.sequenceNumber);
    if (entry.state.name === "scheduled") this.#counts.scheduled -= 1;
    if (entry.state.name === "deferred") this.#counts.deferred -= 1;
    if (entry.expiresAt !== undefined) this.#dueExpiries.discard();
    entry.state = GONE;
  }
}

function withoutLock<Content>({ state, ...message }: Entry<Content>): KeptMessage<Content> {
  if (state.name === "locked") return { ...message, state: state.wasDeferred ? DEFERRED : ACTIVE };
  return { ...message, state: state.name === "gone" ? ACTIVE : state };
}
