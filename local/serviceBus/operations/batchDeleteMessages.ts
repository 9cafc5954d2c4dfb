import { numberField, timestampField } from "../../amqp/fields.ts";
import { int } from "../../amqp/typed.ts";
import type { Operation } from "./operation.ts";

/** The most that the service deletes in one call. */
const LIMIT = 4_000;

/**
 * com.microsoft:batch-delete-messages: message-count, enqueued-time-utc → message-count. Deletes active
 * messages, the oldest first, that were enqueued before that time; locked ones stay.
 */
export const batchDeleteMessages: Operation = ({ queue }, { fields }) => {
  const count = Math.min(numberField(fields, "message-count"), LIMIT);
  const before = timestampField(fields, "enqueued-time-utc");
  let deleted = 0;
  for (; deleted < count; deleted += 1) {
    const locked = queue.receive();
    if (!locked) break;
    const isOlder = locked.message.enqueuedAt < before;
    queue.settle(locked.lock.id, { kind: isOlder ? "complete" : "release" });
    if (!isOlder) break;
  }
  return { body: { "message-count": int(deleted) } };
};
