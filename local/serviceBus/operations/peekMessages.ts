import { numberField } from "../../amqp/fields.ts";
import { binary } from "../../amqp/typed.ts";
import { encodeMessage } from "../encodeMessage.ts";
import type { Operation } from "./operation.ts";

const NO_CONTENT = 204;
/** Bytes of messages in one reply: it has to fit in a transfer that clients take. */
const REPLY_LIMIT = 1_048_576;

/** com.microsoft:peek-message: from-sequence-number, message-count → messages, locked ones and all. */
export const peekMessages: Operation = ({ queue, counts }, { fields }) => {
  const from = numberField(fields, "from-sequence-number");
  const count = numberField(fields, "message-count");
  const messages: { message: ReturnType<typeof binary> }[] = [];
  let bytes = 0;
  for (const message of queue.peek(from, count)) {
    const encoded = encodeMessage(message);
    bytes += encoded.length;
    if (bytes > REPLY_LIMIT && messages.length > 0) break;
    messages.push({ message: binary(encoded) });
  }
  counts.peeked += messages.length;
  return messages.length > 0
    ? { body: { messages } }
    : { status: NO_CONTENT, condition: "com.microsoft:message-not-found" };
};
