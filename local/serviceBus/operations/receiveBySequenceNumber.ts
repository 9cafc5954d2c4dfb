import { numberField, numbersField } from "../../amqp/fields.ts";
import { binary, uuid } from "../../amqp/typed.ts";
import { encodeMessage } from "../encodeMessage.ts";
import { messageNotFound } from "../errors.ts";
import type { Operation } from "./operation.ts";

/** receiver-settle-mode: first settles on arrival, which here means receive and delete. */
const SETTLE_FIRST = 0;

/** com.microsoft:receive-by-sequence-number: deferred messages, locked or taken for good, all or none. */
export const receiveBySequenceNumber: Operation = ({ queue, tokens, counts }, { fields }) => {
  const sequenceNumbers = numbersField(fields, "sequence-numbers");
  if (numberField(fields, "receiver-settle-mode") === SETTLE_FIRST) {
    const taken = queue.receiveAndDeleteDeferred(sequenceNumbers);
    if (!taken) throw messageNotFound();
    counts.delivered += taken.length;
    return {
      body: { messages: taken.map((message) => ({ message: binary(encodeMessage(message)) })) },
    };
  }
  const locked = queue.receiveDeferred(sequenceNumbers);
  if (!locked) throw messageNotFound();
  counts.delivered += locked.length;
  const messages = locked.map(({ message, lock }) => {
    const lockToken = tokens.toUuid(lock.id);
    const encoded = encodeMessage(message, { lockedUntil: lock.until, lockToken });
    return { message: binary(encoded), "lock-token": uuid(lockToken) };
  });
  return { body: { messages } };
};
