import { AmqpError } from "../amqp/amqpError.ts";
import { refuseWhenFull } from "../amqp/storageFull.ts";
import type { HubDescription } from "./hubDescription.ts";
import type { HubStores } from "./hubStore.ts";
import { IdempotentProducers } from "./idempotentProducers.ts";
import { Partition, type Retention } from "./partition.ts";
import { partitionOfKey } from "./partitionKey.ts";
import { PartitionReaders } from "./partitionReaders.ts";
import type { StoredEvent } from "./storedEvent.ts";

export type HubPartition = {
  readonly id: string;
  readonly events: Partition<StoredEvent>;
  readonly producers: IdempotentProducers;
  /** Who reads it, by consumer group in lower case. */
  readonly readers: ReadonlyMap<string, PartitionReaders>;
  /** Throws what a sender shall hear when so many events, of so many bytes together, cannot be kept. */
  readonly makeRoom: (bytes: number, count: number) => void;
};

/** One event hub: its partitions and when it came to be. */
export type Hub = {
  readonly name: string;
  readonly createdAtMs: number;
  readonly partitions: readonly HubPartition[];
  readonly hasConsumerGroup: (name: string) => boolean;
  /** The partition for events that name none: by the hash of their key, or in turn without one. */
  readonly pick: (partitionKey: string | undefined) => HubPartition;
};

export function createHub(
  { name, partitionCount, consumerGroups }: HubDescription,
  {
    now,
    retention,
    stores,
  }: {
    readonly now: () => number;
    readonly retention?: Partial<Retention> | undefined;
    readonly stores?: HubStores | undefined;
  },
): Hub {
  const groups = consumerGroups.map((group) => group.toLowerCase());
  const partitions = Array.from({ length: partitionCount }, (_, index) => {
    const id = String(index);
    const store = stores?.of(name, id);
    const events = new Partition<StoredEvent>({ now, retention, keeper: store?.keeper });
    const producers = new IdempotentProducers({ firstId: now() });
    store?.restore(events, producers);
    return {
      id,
      events,
      producers,
      readers: new Map(groups.map((group) => [group, new PartitionReaders()])),
      makeRoom: (bytes: number, count: number) =>
        refuseWhenFull(`${name}/${id}`, () => store?.makeRoom(events.next, bytes, count)),
    };
  });
  let turn = 0;
  return {
    name,
    createdAtMs: stores?.createdAtMs ?? now(),
    partitions,
    hasConsumerGroup: (group) => groups.includes(group.toLowerCase()),
    pick: (partitionKey) => {
      if (partitionKey === undefined) turn = (turn + 1) % partitionCount;
      const index =
        partitionKey === undefined ? turn : partitionOfKey(partitionKey, partitionCount);
      return partitions[index] as HubPartition;
    },
  };
}

/** The partition with this id; throws the error that clients know for one that does not exist. */
export function partitionOf(hub: Hub, partitionId: string): HubPartition {
  const partition = hub.partitions.find(({ id }) => id === partitionId);
  if (partition) return partition;
  if (partitionId === "") {
    throw new AmqpError(
      "amqp:not-allowed",
      `A partition id of hub '${hub.name}' must not be empty.`,
    );
  }
  throw new AmqpError(
    "com.microsoft:argument-out-of-range",
    `The specified partition '${partitionId}' is invalid: hub '${hub.name}' has the partitions 0 to ${hub.partitions.length - 1}.`,
  );
}
