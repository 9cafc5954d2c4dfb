type Sighting = { readonly messageId: string; readonly at: number };

/** Forgotten sightings at the front before the list is shortened. */
const TRIM_AT = 1_024;

/**
 * The message ids that were sent within the window, whatever became of their messages since. A
 * duplicate does not prolong its id's stay.
 */
export class DuplicateHistory {
  readonly #windowMs: number;
  readonly #ids = new Set<string>();
  #sightings: Sighting[] = [];
  #first = 0;

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /** True when the id was seen within the window; otherwise it is remembered from now on. */
  isDuplicate(messageId: string, now: number): boolean {
    this.#forget(now - this.#windowMs);
    if (this.#ids.has(messageId)) return true;
    this.remember({ messageId, at: now });
    return false;
  }

  /** Sightings come in the order of their times. */
  remember(sighting: Sighting): void {
    this.#forget(sighting.at - this.#windowMs);
    if (this.#ids.has(sighting.messageId)) return;
    this.#ids.add(sighting.messageId);
    this.#sightings.push(sighting);
  }

  /** What is remembered, the oldest first. */
  sightings(): readonly Sighting[] {
    return this.#sightings.slice(this.#first);
  }

  get size(): number {
    return this.#ids.size;
  }

  clear(): void {
    this.#ids.clear();
    this.#sightings = [];
    this.#first = 0;
  }

  #forget(until: number): void {
    for (;;) {
      const oldest = this.#sightings[this.#first];
      if (!oldest || oldest.at > until) break;
      this.#ids.delete(oldest.messageId);
      this.#first += 1;
    }
    if (this.#first >= TRIM_AT) {
      this.#sightings = this.#sightings.slice(this.#first);
      this.#first = 0;
    }
  }
}
