type Entry<Item> = { readonly at: number; readonly order: number; readonly item: Item };

/** Stale entries below this number are not worth a rebuild. */
const COMPACTION_FLOOR = 1_024;

/**
 * Items by the time at which something happens to them, those of one time as they came. An item whose time was cancelled or moved
 * stays until it surfaces, unless such entries outnumber the others: then all of them are dropped, so
 * memory follows what is live at O(log n) an operation.
 */
export class DueHeap<Item> {
  readonly #isLive: (item: Item, at: number) => boolean;
  #entries: Entry<Item>[] = [];
  #stale = 0;
  #pushed = 0;

  /** `isLive` says whether the item still waits for this very time. */
  constructor(isLive: (item: Item, at: number) => boolean) {
    this.#isLive = isLive;
  }

  push(at: number, item: Item): void {
    this.#pushed += 1;
    this.#entries.push({ at, order: this.#pushed, item });
    this.#siftUp(this.#entries.length - 1);
  }

  /** Says that one entry has just become stale. */
  discard(): void {
    this.#stale += 1;
    if (this.#stale < COMPACTION_FLOOR || this.#stale * 2 < this.#entries.length) return;
    this.#entries = this.#entries.filter(({ item, at }) => this.#isLive(item, at));
    this.#entries.sort((one, other) => one.at - other.at || one.order - other.order); // sorted: a heap
    this.#stale = 0;
  }

  /** When the next live item is due. */
  nextAt(): number | undefined {
    this.#dropStaleTop();
    return this.#entries[0]?.at;
  }

  /** Takes out the next live item if its time has come. */
  popDue(now: number): Item | undefined {
    this.#dropStaleTop();
    const top = this.#entries[0];
    if (!top || top.at > now) return undefined;
    this.#removeTop();
    return top.item;
  }

  get size(): number {
    return this.#entries.length;
  }

  clear(): void {
    this.#entries = [];
    this.#stale = 0;
  }

  #dropStaleTop(): void {
    for (;;) {
      const top = this.#entries[0];
      if (!top || this.#isLive(top.item, top.at)) return;
      this.#removeTop();
      if (this.#stale > 0) this.#stale -= 1;
    }
  }

  #removeTop(): void {
    const last = this.#entries.pop();
    if (last && this.#entries.length > 0) {
      this.#entries[0] = last;
      this.#siftDown();
    }
  }

  #siftUp(start: number): void {
    let index = start;
    while (index > 0) {
      const parent = (index - 1) >>> 1;
      if (!this.#isBefore(index, parent)) return;
      this.#swap(index, parent);
      index = parent;
    }
  }

  #siftDown(): void {
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const smaller = this.#isBefore(left + 1, left) ? left + 1 : left;
      if (!this.#isBefore(smaller, index)) return;
      this.#swap(index, smaller);
      index = smaller;
    }
  }

  #isBefore(one: number, other: number): boolean {
    const [first, second] = [this.#entries[one], this.#entries[other]];
    if (!first || !second) return first !== undefined;
    return first.at === second.at ? first.order < second.order : first.at < second.at;
  }

  #swap(one: number, other: number): void {
    const [first, second] = [this.#entries[one], this.#entries[other]];
    if (!first || !second) return;
    this.#entries[one] = second;
    this.#entries[other] = first;
  }
}
