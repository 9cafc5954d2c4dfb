import { AmqpError } from "../amqp/amqpError.ts";
import type { HubDescription } from "./hubDescription.ts";
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
  { now, retention }: { readonly now: () => number; readonly retention?: Retention | undefined },
): Hub {
  const groups = consumerGroups.map((group) => group.toLowerCase());
  const logOptions = retention === undefined ? { now } : { now, retention };
  const partitions = Array.from({ length: partitionCount }, (_, index) => ({
    id: String(index),
    events: new Partition<StoredEvent>(logOptions),
    producers: new IdempotentProducers(),
    readers: new Map(groups.map((group) => [group, new PartitionReaders()])),
  }));
  let turn = 0;
  return {
    name,
    createdAtMs: now(),
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
