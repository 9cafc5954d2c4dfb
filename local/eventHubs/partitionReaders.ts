/** A link that reads one partition for one consumer group. An epoch (owner level) claims it for itself. */
export type Reader = {
  readonly name: string;
  readonly epoch: number | undefined;
  /** Called when another reader's epoch takes the partition over. */
  readonly displace: (refusal: Refusal) => void;
  /** Goes back by so many events. */
  readonly rewind: (events: number) => void;
};

/** Why a reader may not read, as an AMQP error. */
export type Refusal = { readonly condition: string; readonly description: string };

const maxReaders = 5;

/**
 * Who reads one partition for one consumer group: either a single reader with an epoch, or up to five
 * without. An epoch displaces all readers without one and any owner whose epoch is not higher.
 */
export class PartitionReaders {
  #readers: readonly Reader[] = [];

  /** Lets the reader in, displacing others if its epoch says so, or tells why not. */
  join(reader: Reader): Refusal | undefined {
    const refusal = this.#refusal(reader);
    if (refusal) return refusal;
    const displaced = reader.epoch === undefined ? [] : this.#readers;
    this.#readers = reader.epoch === undefined ? [...this.#readers, reader] : [reader];
    for (const other of displaced) {
      other.displace({
        condition: "amqp:link:stolen",
        description: `Receiver '${reader.name}' with epoch '${reader.epoch}' has taken the partition over from receiver '${other.name}' (${epochText(other)}).`,
      });
    }
    return undefined;
  }

  leave(reader: Reader): void {
    this.#readers = this.#readers.filter((other) => other !== reader);
  }

  /** Sends all readers back by so many events; answers how many readers. */
  rewind(events: number): number {
    for (const reader of this.#readers) reader.rewind(events);
    return this.#readers.length;
  }

  #refusal({ name, epoch }: Reader): Refusal | undefined {
    const owner = this.#readers.find((reader) => reader.epoch !== undefined);
    if (owner?.epoch !== undefined && (epoch === undefined || epoch < owner.epoch)) {
      const problem =
        epoch === undefined
          ? "a non-epoch receiver is not allowed beside it"
          : `an epoch of '${epoch}' is too low`;
      return {
        condition: "amqp:link:stolen",
        description: `Receiver '${owner.name}' with epoch '${owner.epoch}' owns the partition; ${problem}. Receiver '${name}' was not created.`,
      };
    }
    if (epoch === undefined && this.#readers.length >= maxReaders) {
      const names = this.#readers.map((reader) => reader.name).join(", ");
      return {
        condition: "amqp:resource-limit-exceeded",
        description: `Exceeded the maximum number of allowed receivers per partition in a consumer group which is ${maxReaders}. List of connected receivers - ${names}.`,
      };
    }
    return undefined;
  }
}

function epochText({ epoch }: Reader): string {
  return epoch === undefined ? "no epoch" : `epoch '${epoch}'`;
}
