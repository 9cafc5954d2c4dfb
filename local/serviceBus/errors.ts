import { AmqpError } from "../amqp/amqpError.ts";

export function lockLost(): AmqpError {
  return new AmqpError(
    "com.microsoft:message-lock-lost",
    "The lock supplied is invalid. Either the lock expired, or the message has already been removed from the queue.",
  );
}

export function entityFull(path: string, bytes: number, maxBytes: number): AmqpError {
  return new AmqpError(
    "amqp:resource-limit-exceeded",
    `The maximum entity size has been reached or exceeded for Queue: '${path}'. Size of entity in bytes: ${bytes}, Max entity size in bytes: ${maxBytes}.`,
  );
}

export function messageNotFound(): AmqpError {
  return new AmqpError(
    "com.microsoft:message-not-found",
    "No message with that sequence number can be found in the state that the operation asks for.",
  );
}
