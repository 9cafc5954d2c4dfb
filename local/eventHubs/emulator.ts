import type { AmqpNode, AmqpService } from "../amqp/node.ts";
import { parseHubAddress } from "./address.ts";
import { createHub, type HubPartition } from "./hub.ts";
import type { HubDescription } from "./hubDescription.ts";
import type { HubStores } from "./hubStore.ts";
import { nodeOf } from "./links.ts";
import { createManagement } from "./management.ts";
import type { Retention } from "./partition.ts";

export type EventHubsOptions = {
  readonly hubs: readonly HubDescription[];
  readonly now: () => number;
  readonly retention?: Partial<Retention> | undefined;
  /** Where events outlive the process; in memory only where absent. */
  readonly stores?: HubStores | undefined;
  readonly log: (event: string, details: Readonly<Record<string, unknown>>) => void;
};

/** How many events a hub has taken and keeps, by partition. */
type HubCounts = {
  readonly name: string;
  readonly partitions: readonly {
    readonly id: string;
    readonly beginningSequenceNumber: number;
    readonly lastSequenceNumber: number;
  }[];
};

export type EventHubs = AmqpService & {
  readonly entities: () => readonly HubCounts[];
  readonly partition: (hub: string, id: string) => HubPartition | undefined;
  /**
   * Empties every partition, of all hubs or of the one of this name; sequence numbers go on and readers
   * stay attached. False when there is none.
   */
  readonly reset: (name?: string) => boolean;
  readonly close: () => void;
};

/** How often events are looked at that grow old while nobody sends any. */
const TRIM_EVERY_MS = 60_000;

/** The Event Hubs of one namespace, as they were left where `stores` has them, behind the AMQP listener that they share with other services. */
export function createEventHubs({
  hubs,
  now,
  retention,
  stores,
  log,
}: EventHubsOptions): EventHubs {
  const byName = new Map(
    hubs.map((hub) => [hub.name.toLowerCase(), createHub(hub, { now, retention, stores })]),
  );
  const find = (name: string) => byName.get(name.toLowerCase());
  const management: AmqpNode = { answer: createManagement(find) };
  const trimming = setInterval(() => {
    for (const { partitions } of byName.values()) {
      for (const { events } of partitions) events.trim();
    }
  }, TRIM_EVERY_MS).unref();

  return {
    resolve: (address) => {
      const parsed = parseHubAddress(address);
      if (!parsed) return undefined;
      if (parsed.kind === "management") return management;
      const hub = find(parsed.hub);
      return hub && nodeOf(hub, parsed, { now, log });
    },
    partition: (hub, id) => find(hub)?.partitions.find((partition) => partition.id === id),
    entities: () =>
      [...byName.values()].map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(({ id, events }) => {
          const { beginningSequenceNumber, last } = events.info();
          return { id, beginningSequenceNumber, lastSequenceNumber: last?.sequenceNumber ?? -1 };
        }),
      })),
    reset: (name) => {
      const named = name === undefined ? [...byName.values()] : [find(name)];
      const chosen = named.filter((hub) => hub !== undefined);
      for (const { partitions } of chosen) {
        for (const { events, producers } of partitions) {
          events.clear();
          producers.clear();
        }
      }
      return chosen.length > 0;
    },
    close: () => clearInterval(trimming),
  };
}
