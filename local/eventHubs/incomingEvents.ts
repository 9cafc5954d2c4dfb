import { AmqpError } from "../amqp/amqpError.ts";
import { BATCH_FORMAT, splitBatch } from "../amqp/codec/batch.ts";
import type { IncomingHandler, IncomingLink } from "../amqp/node.ts";
import type { Hub, HubPartition } from "./hub.ts";
import type { ProducerMark } from "./idempotentProducers.ts";
import type { Appendable } from "./partition.ts";
import { IDEMPOTENT_PRODUCER, producerReply, publishedNumber, readClaim } from "./publishing.ts";
import { readEvents, type StoredEvent } from "./storedEvent.ts";

/** The service's limit of one transfer, whether it holds an event or a batch. */
const maxMessageSize = 1_048_576;

/**
 * Handles a link that sends to a hub. Each transfer, a batch too, goes whole to one partition and is
 * accepted once it stands in the log.
 */
export function receiveEvents(link: IncomingLink, pick: Hub["pick"]): IncomingHandler {
  if (isIdempotent(link)) {
    throw new AmqpError(
      "amqp:not-allowed",
      "An idempotent producer sends to a partition, not to the hub.",
    );
  }
  return {
    maxMessageSize,
    onTransfer: (payload, format) => {
      checkSize(payload);
      const { events, partitionKey } = readEvents(payload, format);
      const partition = pick(partitionKey);
      partition.makeRoom(payload.length, events.length);
      partition.events.append(events);
    },
  };
}

/** Handles a link that sends to one partition; what an idempotent producer sends again is dropped. */
export function receivePartitionEvents(
  link: IncomingLink,
  partition: HubPartition,
): IncomingHandler {
  if (!isIdempotent(link)) return receiveEvents(link, () => partition);
  const producer = partition.producers.attach(readClaim(link));
  const { id, epoch } = producer;
  return {
    ...producerReply(producer),
    maxMessageSize,
    onTransfer: (payload, format) => {
      checkSize(payload);
      const { events } = readEvents(payload, format);
      const [first = payload] = format === BATCH_FORMAT ? splitBatch(payload) : [];
      const number = publishedNumber(first);
      return producer.publish(number, events.length, (published) => {
        partition.makeRoom(payload.length, events.length);
        const mark = { id, epoch, sequenceNumber: number + events.length - 1 };
        partition.events.append(marked(events.slice(published), mark));
      });
    },
  };
}

/** The events, the last of them with the producer's mark. */
function marked(
  events: readonly Appendable<StoredEvent>[],
  producer: ProducerMark,
): readonly Appendable<StoredEvent>[] {
  return events.map((event, index) =>
    index < events.length - 1
      ? event
      : { ...event, at: (position) => ({ ...event.at(position), producer }) },
  );
}

function isIdempotent({ desiredCapabilities }: IncomingLink): boolean {
  return desiredCapabilities.includes(IDEMPOTENT_PRODUCER);
}

function checkSize({ length }: Buffer): void {
  if (length <= maxMessageSize) return;
  throw new AmqpError(
    "amqp:link:message-size-exceeded",
    `The received message (${length} bytes) exceeds the limit of ${maxMessageSize} bytes.`,
  );
}
