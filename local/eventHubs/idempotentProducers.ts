import { AmqpError } from "../amqp/amqpError.ts";

/** What a producer says of itself when it attaches, all of it optional. */
export type ProducerClaim = {
  readonly id: number | undefined;
  readonly epoch: number | undefined;
  /** The number of the last event that it knows to be published. */
  readonly sequenceNumber: number | undefined;
};

/** A producer as the partition knows it while its link is open. */
export type Producer = {
  readonly id: number;
  readonly epoch: number;
  /** Where the producer goes on counting. */
  readonly sequenceNumber: number;
  /**
   * Calls `append` with how many of these events, numbered from `first` on, stand in the log already; they
   * count as published unless it throws. Throws itself when another link has taken the producer's epoch,
   * or when events between are missing.
   */
  readonly publish: <T>(first: number, count: number, append: (published: number) => T) => T;
};

/** What the log keeps with the last event of a batch. */
export type ProducerMark = {
  readonly id: number;
  readonly epoch: number;
  /** The number that the producer gave the event. */
  readonly sequenceNumber: number;
};

type Known = { epoch: number; last: number };

/**
 * The idempotent producers of one partition. A batch that is sent again, since its acknowledgement was lost,
 * is known by the numbers of its events and not appended twice: also after a restart, as long as the log
 * keeps an event of the producer. One of which it keeps none is believed what it says of itself.
 */
export class IdempotentProducers {
  readonly #known = new Map<number, Known>();
  #nextId: number;

  /** Ids go up from `firstId`, which has to be beyond those of former lives. */
  constructor({ firstId }: { readonly firstId: number }) {
    this.#nextId = firstId;
  }

  /** Puts back what the log says, the oldest first. */
  restore({ id, epoch, sequenceNumber }: ProducerMark): void {
    this.#known.set(id, { epoch, last: sequenceNumber });
  }

  attach({ id = this.#newId(), epoch, sequenceNumber }: ProducerClaim): Producer {
    const known = this.#known.get(id);
    const claimed = epoch ?? known?.epoch ?? 0;
    if (known && claimed < known.epoch) throw stolen(id, known.epoch);
    const state =
      known && claimed === known.epoch ? known : { epoch: claimed, last: sequenceNumber ?? 0 };
    this.#known.set(id, state);
    return {
      id,
      epoch: claimed,
      // A client that lost an acknowledgement counts on from here, so it sends the same numbers again.
      sequenceNumber: sequenceNumber ?? state.last,
      publish: (first, count, append) => {
        const holder = this.#known.get(id) ?? state;
        if (holder !== state) throw stolen(id, holder.epoch);
        this.#known.set(id, state);
        if (first > state.last + 1) {
          throw new AmqpError(
            "com.microsoft:out-of-order-sequence",
            `Producer ${id} sent event ${first}, but ${state.last + 1} is next.`,
          );
        }
        const published = Math.min(count, state.last + 1 - first);
        const result = append(published);
        state.last += count - published;
        return result;
      },
    };
  }

  /** Forgets them all; one whose link is open goes on where it is. */
  clear(): void {
    this.#known.clear();
  }

  #newId(): number {
    while (this.#known.has(this.#nextId)) this.#nextId += 1;
    this.#nextId += 1;
    return this.#nextId - 1;
  }
}

function stolen(id: number, epoch: number): AmqpError {
  return new AmqpError(
    "com.microsoft:producer-epoch-stolen",
    `Producer ${id} is in use with epoch ${epoch}.`,
  );
}
