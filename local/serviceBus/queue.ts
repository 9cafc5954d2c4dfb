import { HeldLocks } from "./heldLocks.ts";
import type {
  DeadLetterReason,
  Lock,
  LockedMessage,
  QueueChange,
  QueuedMessage,
  QueuePart,
  Settlement,
  Submission,
} from "./message.ts";
import { type Entry, QueueBooks } from "./queueBooks.ts";

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
  /** What a message takes up, for `bytes`; nothing where absent. */
  readonly sizeOf?: (content: Content) => number;
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

const ACTIVE = { name: "active" } as const;

/**
 * A queue with peek-lock, without clock or socket of its own. Messages are received in the order of
 * their sequence numbers, also one that comes back; each is held by one lock at a time, at least once.
 * Every call looks at the clock, so a lock or a lifetime ends on time even when no sweep ran.
 */
export class Queue<Content> {
  readonly #options: QueueOptions<Content>;
  readonly #deadLetters: Queue<Content> | undefined;
  readonly #books: QueueBooks<Content>;
  readonly #locks = new HeldLocks();

  constructor(options: QueueOptions<Content>, part: QueuePart = "main") {
    this.#options = options;
    const { rules, sizeOf = () => 0, onChange } = options;
    const isMain = part === "main";
    this.#books = new QueueBooks({
      duplicateDetectionWindowMs: isMain ? rules.duplicateDetectionWindowMs : undefined,
      sizeOf,
      onChange: onChange && ((change) => onChange(change, part)),
    });
    if (isMain) this.#deadLetters = new Queue(options, "deadLetters");
  }

  /** The dead-letter sub-queue; undefined for one of those itself. */
  get deadLetters(): Queue<Content> | undefined {
    return this.#deadLetters;
  }

  counts(): QueueCounts {
    return { ...this.#books.counts(), locked: this.#locks.size };
  }

  /** What its messages take up, those of the dead-letter queue among them. */
  bytes(): number {
    return this.#books.bytes + (this.#deadLetters?.bytes() ?? 0);
  }

  /**
   * Takes a message in and answers its sequence number. A duplicate is dropped and answered alike, so
   * that its sender cannot tell.
   */
  send(submission: Submission<Content>): number {
    const now = this.#options.now();
    const { messageId, scheduledAt } = submission;
    if (this.#books.isDuplicate(messageId, now)) return this.#books.skipNumber();
    return scheduledAt !== undefined && scheduledAt > now
      ? this.#schedule(submission, scheduledAt)
      : this.#enqueue(submission);
  }

  /** Cancels scheduled messages; false, with nothing cancelled, when one of them is not (or no longer) scheduled. */
  cancel(sequenceNumbers: readonly number[]): boolean {
    const entries = sequenceNumbers.map((number) => this.#books.get(number));
    if (entries.some((entry) => entry?.state.name !== "scheduled")) return false;
    for (const entry of entries) {
      if (entry?.state.name !== "scheduled") continue; // named twice
      this.#books.cancel(entry);
    }
    return true;
  }

  /** Locks the next message. */
  receive(): LockedMessage<Content> | undefined {
    const entry = this.#takeActive();
    return entry && this.#lock(entry);
  }

  /** Takes the next message out for good. */
  receiveAndDelete(): QueuedMessage<Content> | undefined {
    const entry = this.#takeActive();
    if (entry) this.#books.remove(entry);
    return entry;
  }

  /** Locks deferred messages by number; undefined, with nothing locked, when one of them is not there. */
  receiveDeferred(
    sequenceNumbers: readonly number[],
  ): readonly LockedMessage<Content>[] | undefined {
    const entries = this.#deferred(sequenceNumbers);
    return entries?.map((entry) => this.#lock(entry));
  }

  /** Takes deferred messages out for good; undefined, with nothing taken, when one of them is not there. */
  receiveAndDeleteDeferred(
    sequenceNumbers: readonly number[],
  ): readonly QueuedMessage<Content>[] | undefined {
    const entries = this.#deferred(sequenceNumbers);
    for (const entry of entries ?? []) this.#books.remove(entry);
    return entries;
  }

  /** Ends a receiver's hold; false when it had ended before. When `change` throws, the hold goes on. */
  settle(lockId: number, settlement: Settlement<Content>): boolean {
    const held = this.#held(lockId);
    if (!held) return false;
    const { entry, lock } = held;
    const { content } = entry;
    const changed = "change" in settlement ? settlement.change(content) : content;
    this.#locks.end(lock);
    if (changed !== content) this.#books.rewrite(entry, changed);
    const keeps = settlement.kind === "abandon" || settlement.kind === "defer";
    if (keeps && changed !== content) this.#books.tellPut(entry);
    switch (settlement.kind) {
      case "complete":
        this.#books.remove(entry);
        break;
      case "release":
        this.#giveBack(entry);
        break;
      case "abandon":
        this.#failDelivery(entry);
        break;
      case "defer":
        entry.deliveryCount += 1;
        this.#books.tellReturned(entry, true);
        if (this.#isExpired(entry)) this.#expire(entry);
        else this.#books.putDeferred(entry);
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
    const renewed = this.#locks.renew(lock, this.#lockedUntil());
    this.#books.hold(entry, renewed);
    this.#options.onDue?.(renewed.until);
    return renewed.until;
  }

  /** Messages in any state from a sequence number on, without touching them. */
  peek(fromSequenceNumber: number, count: number): readonly QueuedMessage<Content>[] {
    return this.#books.from(fromSequenceNumber, count);
  }

  /** Does what is due: ends locks and lifetimes, makes scheduled messages available. */
  sweep(): void {
    const now = this.#options.now();
    for (let lock = this.#locks.popDue(now); lock; lock = this.#locks.popDue(now)) {
      this.#held(lock.id);
    }
    const books = this.#books;
    for (let due = books.popScheduled(now); due; due = books.popScheduled(now)) {
      this.#activate(due);
    }
    for (let due = books.popExpired(now); due; due = books.popExpired(now)) {
      // A locked message expires when it comes back.
      if (due.state.name === "active" || due.state.name === "deferred") this.#expire(due);
    }
    this.#deadLetters?.sweep();
  }

  /** When the next sweep has work. */
  nextDueAt(): number | undefined {
    const times = [
      this.#locks.nextDueAt(),
      this.#books.nextDueAt(),
      this.#deadLetters?.nextDueAt(),
    ].filter((at) => at !== undefined);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** Empties queue and dead-letter queue; locks are lost, sequence numbers go on. */
  clear(): void {
    this.#locks.clear();
    this.#books.clear();
    this.#deadLetters?.clear();
  }

  /** Does again what `onChange` told of, in the same order and before any other call. Tells nobody. */
  restore(change: QueueChange<Content>, part: QueuePart): void {
    const queue = part === "deadLetters" ? (this.#deadLetters ?? this) : this;
    queue.#books.restore(change);
  }

  /** Changes that make an empty queue like this one, but for the locks. */
  *snapshot(): Iterable<readonly [QueueChange<Content>, QueuePart]> {
    for (const change of this.#books.snapshot()) yield [change, "main"];
    for (const [change] of this.#deadLetters?.snapshot() ?? []) yield [change, "deadLetters"];
  }

  #schedule(submission: Submission<Content>, at: number): number {
    const { sequenceNumber } = this.#books.add({
      content: submission.content,
      enqueuedAt: this.#options.now(),
      expiresAt: undefined,
      state: { name: "scheduled", at, submission },
    });
    this.#options.onDue?.(at);
    return sequenceNumber;
  }

  /** A scheduled message is appended when its time comes, under a new number. */
  #activate(entry: Entry<Content>): void {
    if (entry.state.name !== "scheduled") return;
    const { submission } = entry.state;
    this.#books.remove(entry);
    this.#enqueue(submission);
  }

  #enqueue({ content, timeToLiveMs }: Submission<Content>): number {
    const now = this.#options.now();
    const { defaultMessageTimeToLiveMs: longest } = this.#options.rules;
    const expiresAt = now + Math.min(timeToLiveMs ?? longest, longest);
    const { sequenceNumber } = this.#books.add({
      content,
      enqueuedAt: now,
      expiresAt,
      state: ACTIVE,
    });
    this.#options.onDue?.(expiresAt);
    this.#options.onAvailable?.(this);
    return sequenceNumber;
  }

  #takeActive(): Entry<Content> | undefined {
    for (;;) {
      const entry = this.#books.shiftActive();
      if (!entry || !this.#isExpired(entry)) return entry;
      this.#expire(entry);
    }
  }

  #deferred(sequenceNumbers: readonly number[]): Entry<Content>[] | undefined {
    const entries: Entry<Content>[] = [];
    for (const number of new Set(sequenceNumbers)) {
      const entry = this.#books.get(number);
      if (entry?.state.name !== "deferred") return undefined;
      if (this.#isExpired(entry)) {
        this.#expire(entry);
        return undefined;
      }
      entries.push(entry);
    }
    return entries;
  }

  #lock(entry: Entry<Content>): LockedMessage<Content> {
    const lock = this.#locks.give(entry.sequenceNumber, this.#lockedUntil());
    this.#books.hold(entry, lock);
    this.#options.onDue?.(lock.until);
    return { message: entry, lock };
  }

  #lockedUntil(): number {
    return this.#options.now() + this.#options.rules.lockDurationMs;
  }

  /** The message under a lock that still holds; one that has run out ends here. */
  #held(lockId: number): { entry: Entry<Content>; lock: Lock } | undefined {
    const lock = this.#locks.get(lockId);
    const entry = lock && this.#books.get(lock.sequenceNumber);
    if (!entry) return undefined;
    if (lock.until > this.#options.now()) return { entry, lock };
    this.#locks.end(lock);
    this.#failDelivery(entry);
    return undefined;
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
      this.#books.tellReturned(entry, entry.state.name === "locked" && entry.state.wasDeferred);
      this.#giveBack(entry);
    }
  }

  #giveBack(entry: Entry<Content>): void {
    if (this.#isExpired(entry)) this.#expire(entry);
    else if (entry.state.name === "locked" && entry.state.wasDeferred)
      this.#books.putDeferred(entry);
    else this.#putActive(entry);
  }

  #putActive(entry: Entry<Content>): void {
    this.#books.putActive(entry);
    this.#options.onAvailable?.(this);
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
    } else this.#books.remove(entry);
  }

  #deadLetterFor(entry: Entry<Content>, reason: DeadLetterReason): void {
    this.#deadLetter(entry, this.#options.withReason(entry.content, reason));
  }

  /** Dead-lettering what is dead already puts it back where it was. */
  #deadLetter(entry: Entry<Content>, content: Content): void {
    this.#books.remove(entry);
    (this.#deadLetters ?? this).#adopt(entry, content);
  }

  #adopt(entry: Entry<Content>, content: Content): void {
    this.#books.adopt(entry, content);
    this.#options.onAvailable?.(this);
  }
}
