import { AmqpError } from "../amqp/amqpError.ts";
import type { IncomingHandler, IncomingLink } from "../amqp/node.ts";
import type { Hub } from "./hub.ts";
import { readEvents } from "./storedEvent.ts";

/** The service's limit of one transfer, whether it holds an event or a batch. */
const maxMessageSize = 1_048_576;
const idempotentProducer = "com.microsoft:idempotent-producer";

/**
 * Handles a link that sends to a hub or to one of its partitions. Each transfer, a batch too, goes whole
 * to one partition and is accepted once it stands in the log.
 */
export function receiveEvents(link: IncomingLink, pick: Hub["pick"]): IncomingHandler {
  if (link.desiredCapabilities.includes(idempotentProducer)) {
    throw new AmqpError("amqp:not-implemented", "Idempotent producers are not supported.");
  }
  return {
    maxMessageSize,
    onTransfer: (payload, format) => {
      if (payload.length > maxMessageSize) {
        throw new AmqpError(
          "amqp:link:message-size-exceeded",
          `The received message (${payload.length} bytes) exceeds the limit of ${maxMessageSize} bytes.`,
        );
      }
      const { events, partitionKey } = readEvents(payload, format);
      const partition = pick(partitionKey);
      partition.makeRoom(payload.length, events.length);
      partition.events.append(events);
    },
  };
}
