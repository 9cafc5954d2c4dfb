/** How far a partition has been read, across all the lives of its stream. */
export type Position = {
  /** Added to the broker's sequence numbers of the stream's present life. */
  readonly base: number;
  /** Highest number read, base included; -1 before the first. */
  readonly lastSequence: number;
  /** Latest broker stamp read, epoch ms. */
  readonly lastEnqueuedAt: number;
};

export const beginning: Position = { base: 0, lastSequence: -1, lastEnqueuedAt: 0 };

type Placed = { readonly sequenceNumber: number; readonly enqueuedAt: number };

/**
 * Numbers events on from a position. A broker that was set up anew counts from 0 again, and its events
 * would all look like repetitions; but no repetition can bear a later stamp than everything read so far.
 * One that does begins a new life of the stream, whose numbers follow those of the last. `next` is the
 * position once all are read.
 */
export function continueFrom<T extends Placed>(
  position: Position,
  events: readonly T[],
): { readonly fresh: readonly T[]; readonly next: Position } {
  const { lastSequence, lastEnqueuedAt } = position;
  const beganAnew = events.some(
    ({ sequenceNumber, enqueuedAt }) =>
      position.base + sequenceNumber <= lastSequence && enqueuedAt > lastEnqueuedAt,
  );
  const base = beganAnew ? lastSequence + 1 : position.base;
  const fresh = new Map<number, T>();
  const next = { base, lastSequence, lastEnqueuedAt };
  for (const event of events) {
    const sequenceNumber = base + event.sequenceNumber;
    if (sequenceNumber <= lastSequence) continue;
    fresh.set(sequenceNumber, { ...event, sequenceNumber });
    next.lastSequence = Math.max(next.lastSequence, sequenceNumber);
    next.lastEnqueuedAt = Math.max(next.lastEnqueuedAt, event.enqueuedAt);
  }
  return { fresh: [...fresh.values()], next };
}
