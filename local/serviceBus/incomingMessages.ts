import { AmqpError } from "../amqp/amqpError.ts";
import { BATCH_FORMAT, splitBatch } from "../amqp/codec/batch.ts";
import type { IncomingHandler } from "../amqp/node.ts";
import type { Entity } from "./entity.ts";
import { readSubmission } from "./storedMessage.ts";

/** The standard tier's limit for a message, and for a batch as a whole. */
const MAX_MESSAGE_SIZE = 262_144;

/** A link by which a client sends: each transfer is one message or a batch that goes in as a whole. */
export function receiveIncoming({
  path,
  takesMessages,
  queue,
  newMessageId,
  admit,
  counts,
}: Entity): IncomingHandler {
  if (!takesMessages) {
    throw new AmqpError("amqp:not-allowed", `Messages cannot be sent to '${path}'.`);
  }
  return {
    maxMessageSize: MAX_MESSAGE_SIZE,
    onTransfer: (payload, format) => {
      checkSize(payload);
      if (format !== BATCH_FORMAT) {
        admit(payload.length, 1);
        queue.send(readSubmission(payload, newMessageId));
        counts.sent += 1;
        return;
      }
      const submissions = splitBatch(payload).map((part) => readSubmission(part, newMessageId));
      admit(payload.length, submissions.length);
      for (const submission of submissions) queue.send(submission);
      counts.sent += submissions.length;
    },
  };
}

export function checkSize({ length }: Buffer): void {
  if (length <= MAX_MESSAGE_SIZE) return;
  throw new AmqpError(
    "amqp:link:message-size-exceeded",
    `The received message (size ${length}) exceeds the limit of ${MAX_MESSAGE_SIZE} bytes on the link.`,
  );
}
