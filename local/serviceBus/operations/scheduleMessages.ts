import { AmqpError } from "../../amqp/amqpError.ts";
import { binaryField, mapsField } from "../../amqp/fields.ts";
import { longArray } from "../../amqp/typed.ts";
import { checkSize } from "../incomingMessages.ts";
import { readSubmission } from "../storedMessage.ts";
import type { Operation } from "./operation.ts";

/** com.microsoft:schedule-message: messages with their enqueue time as annotation → sequence-numbers. */
export const scheduleMessages: Operation = (entity, { fields }) => {
  const { path, takesMessages, queue, newMessageId, admit, counts } = entity;
  if (!takesMessages) {
    throw new AmqpError("amqp:not-allowed", `Messages cannot be sent to '${path}'.`);
  }
  let size = 0;
  const submissions = mapsField(fields, "messages").map((entry) => {
    const encoded = binaryField(entry, "message");
    checkSize(encoded);
    size += encoded.length;
    return readSubmission(encoded, newMessageId);
  });
  admit(size, submissions.length);
  const sequenceNumbers = submissions.map((message) => queue.send(message));
  counts.scheduled += submissions.length;
  return { body: { "sequence-numbers": longArray(sequenceNumbers) } };
};
