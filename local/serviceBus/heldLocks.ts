import { DueHeap } from "./dueHeap.ts";
import type { Lock } from "./message.ts";

/** The locks of a queue: what ends with the process that gave them. Knows no clock and no message. */
export class HeldLocks {
  readonly #locks = new Map<number, Lock>();
  readonly #due = new DueHeap<Lock>((lock) => this.#locks.get(lock.id) === lock);
  #lastId = 0;

  get size(): number {
    return this.#locks.size;
  }

  get(id: number): Lock | undefined {
    return this.#locks.get(id);
  }

  give(sequenceNumber: number, until: number): Lock {
    this.#lastId += 1;
    return this.#keep({ id: this.#lastId, sequenceNumber, until });
  }

  renew(lock: Lock, until: number): Lock {
    this.#due.discard();
    return this.#keep({ ...lock, until });
  }

  end({ id }: Lock): void {
    this.#locks.delete(id);
    this.#due.discard();
  }

  /** The next lock that has run out, still held; undefined when none has. */
  popDue(now: number): Lock | undefined {
    return this.#due.popDue(now);
  }

  nextDueAt(): number | undefined {
    return this.#due.nextAt();
  }

  clear(): void {
    this.#locks.clear();
    this.#due.clear();
  }

  #keep(lock: Lock): Lock {
    this.#locks.set(lock.id, lock);
    this.#due.push(lock.until, lock);
    return lock;
  }
}
