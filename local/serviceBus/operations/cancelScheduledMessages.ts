import { numbersField } from "../../amqp/fields.ts";
import { messageNotFound } from "../errors.ts";
import type { Operation } from "./operation.ts";

/** com.microsoft:cancel-scheduled-message: sequence-numbers, all of them or none. */
export const cancelScheduledMessages: Operation = ({ queue, counts }, { fields }) => {
  const sequenceNumbers = numbersField(fields, "sequence-numbers");
  if (!queue.cancel(sequenceNumbers)) throw messageNotFound();
  counts.cancelled += sequenceNumbers.length;
  return {};
};
