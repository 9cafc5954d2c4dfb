type Numbered = { readonly sequenceNumber: number };

/** Items a chunk holds before it is split: small enough to shift, large enough to keep chunks few. */
const CHUNK_SIZE = 256;

/**
 * Items in the order of their sequence numbers. Appending and taking the first, what a queue does with
 * nearly every message, cost no search; an item in the middle is found in O(log n).
 */
export class SequenceMap<Item extends Numbered> {
  readonly #chunks: Item[][] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  insert(item: Item): void {
    this.#size += 1;
    const last = this.#chunks.at(-1);
    const newest = last?.at(-1);
    if (!last || !newest || item.sequenceNumber > newest.sequenceNumber) {
      if (last && last.length < CHUNK_SIZE) last.push(item);
      else this.#chunks.push([item]);
      return;
    }
    const chunkIndex = this.#chunkOf(item.sequenceNumber);
    const chunk = this.#chunks[chunkIndex] ?? last;
    chunk.splice(lowerBound(chunk, item.sequenceNumber), 0, item);
    if (chunk.length > 2 * CHUNK_SIZE) {
      this.#chunks.splice(chunkIndex + 1, 0, chunk.splice(CHUNK_SIZE));
    }
  }

  /** Takes out the item with the lowest number. */
  shift(): Item | undefined {
    const first = this.#chunks[0];
    const item = first?.shift();
    if (!item) return undefined;
    this.#size -= 1;
    if (first?.length === 0) this.#chunks.shift();
    return item;
  }

  get(sequenceNumber: number): Item | undefined {
    const chunk = this.#chunks[this.#chunkOf(sequenceNumber)];
    const item = chunk?.[lowerBound(chunk, sequenceNumber)];
    return item?.sequenceNumber === sequenceNumber ? item : undefined;
  }

  delete(sequenceNumber: number): boolean {
    const chunkIndex = this.#chunkOf(sequenceNumber);
    const chunk = this.#chunks[chunkIndex];
    if (!chunk) return false;
    const index = lowerBound(chunk, sequenceNumber);
    if (chunk[index]?.sequenceNumber !== sequenceNumber) return false;
    chunk.splice(index, 1);
    this.#size -= 1;
    if (chunk.length === 0) this.#chunks.splice(chunkIndex, 1);
    return true;
  }

  /** Up to `count` items, the first with this number or the next higher one. */
  from(sequenceNumber: number, count: number): readonly Item[] {
    const found: Item[] = [];
    let chunkIndex = this.#chunkOf(sequenceNumber);
    let index = lowerBound(this.#chunks[chunkIndex] ?? [], sequenceNumber);
    while (found.length < count) {
      const chunk = this.#chunks[chunkIndex];
      if (!chunk) break;
      found.push(...chunk.slice(index, index + count - found.length));
      chunkIndex += 1;
      index = 0;
    }
    return found;
  }

  *values(): Iterable<Item> {
    for (const chunk of this.#chunks) yield* chunk;
  }

  clear(): void {
    this.#chunks.length = 0;
    this.#size = 0;
  }

  /** The last chunk that begins at or below the number; the first one when none does. */
  #chunkOf(sequenceNumber: number): number {
    let low = 0;
    let high = this.#chunks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      const first = this.#chunks[middle]?.[0];
      if (first && first.sequenceNumber <= sequenceNumber) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** Index of the first item at or above the number. */
function lowerBound(chunk: readonly Numbered[], sequenceNumber: number): number {
  let low = 0;
  let high = chunk.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = chunk[middle];
    if (item && item.sequenceNumber < sequenceNumber) low = middle + 1;
    else high = middle;
  }
  return low;
}
