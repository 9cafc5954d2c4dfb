import type { TriggerMetadata } from "../typedData.ts";
import { toTypedText, toTypedTexts } from "./toTypedText.ts";

/** What metadata is made of; an event received with @azure/event-hubs fits. */
export type Event = {
  readonly partitionKey?: string | null | undefined;
  readonly offset: string;
  readonly sequenceNumber: number;
  readonly enqueuedTimeUtc: Date;
  readonly properties?: Readonly<Record<string, unknown>> | undefined;
  readonly systemProperties?: Readonly<Record<string, unknown>> | undefined;
};

export type Partition = {
  readonly fullyQualifiedNamespace: string;
  readonly eventHubName: string;
  readonly consumerGroup: string;
  readonly partitionId: string;
};

/** Trigger metadata of one event, by the names of Event Hubs extension 6.x. */
export function toEventMetadata(event: Event, partition: Partition): TriggerMetadata {
  return {
    ...partitionMetadata(partition),
    ...(event.partitionKey ? { PartitionKey: toTypedText(event.partitionKey) } : {}),
    Offset: toTypedText(event.offset),
    SequenceNumber: { json: String(event.sequenceNumber) },
    EnqueuedTimeUtc: { json: JSON.stringify(event.enqueuedTimeUtc) },
    Properties: { json: JSON.stringify(event.properties ?? {}) },
    SystemProperties: { json: JSON.stringify(systemProperties(event)) },
  };
}

/**
 * Trigger metadata of a batch. The array of partition keys drops what is empty; `SystemPropertiesArray` and
 * `PropertiesArray` stay in step with the events.
 */
export function toEventBatchMetadata(
  events: readonly Event[],
  partition: Partition,
): TriggerMetadata {
  return {
    ...partitionMetadata(partition),
    PartitionKeyArray: toTypedTexts(events.map(({ partitionKey }) => partitionKey)),
    OffsetArray: toTypedTexts(events.map(({ offset }) => offset)),
    SequenceNumberArray: {
      collectionSint64: { sint64: events.map(({ sequenceNumber }) => sequenceNumber) },
    },
    EnqueuedTimeUtcArray: { json: JSON.stringify(events.map((event) => event.enqueuedTimeUtc)) },
    PropertiesArray: { json: JSON.stringify(events.map(({ properties }) => properties ?? {})) },
    SystemPropertiesArray: { json: JSON.stringify(events.map(systemProperties)) },
  };
}

function systemProperties(event: Event): Record<string, unknown> {
  return {
    ...event.systemProperties,
    SequenceNumber: event.sequenceNumber,
    Offset: event.offset,
    PartitionKey: event.partitionKey ?? null,
    EnqueuedTimeUtc: event.enqueuedTimeUtc,
  };
}

function partitionMetadata(partition: Partition): TriggerMetadata {
  const json = JSON.stringify({
    FullyQualifiedNamespace: partition.fullyQualifiedNamespace,
    EventHubName: partition.eventHubName,
    ConsumerGroup: partition.consumerGroup,
    PartitionId: partition.partitionId,
    IsCheckpointingAfterInvocation: true,
  });
  return { PartitionContext: { json }, TriggerPartitionContext: { json } };
}
