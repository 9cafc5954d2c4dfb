import type { AmqpNode } from "../amqp/node.ts";
import type { HubAddress } from "./address.ts";
import { type Hub, partitionOf } from "./hub.ts";
import { receiveEvents, receivePartitionEvents } from "./incomingEvents.ts";
import { type ReaderServices, sendEvents } from "./outgoingEvents.ts";

type Addressed<Kind extends HubAddress["kind"]> = Extract<HubAddress, { kind: Kind }>;
type LinkAddress = Addressed<"hub" | "partition" | "consumerGroupPartition">;

/**
 * What links to an address of a hub do; undefined where the hub has no such consumer group. A partition
 * that does not exist is refused only on attach: the service gives out tokens for any.
 */
export function nodeOf(
  hub: Hub,
  address: LinkAddress,
  services: ReaderServices,
): AmqpNode | undefined {
  if (address.kind === "hub") {
    return { openIncoming: (link) => receiveEvents(link, hub.pick) };
  }
  const { partitionId } = address;
  if (address.kind === "partition") {
    return {
      openIncoming: (link) => receivePartitionEvents(link, partitionOf(hub, partitionId)),
    };
  }
  const { consumerGroup } = address;
  if (!hub.hasConsumerGroup(consumerGroup)) return undefined;
  return {
    openOutgoing: (link) =>
      sendEvents(link, { partition: partitionOf(hub, partitionId), consumerGroup, ...services }),
  };
}
