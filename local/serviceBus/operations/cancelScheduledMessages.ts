import { numbersField } from "../../amqp/fields.ts";
import { messageNotFound } from "../errors.ts";
import type { Operation } from "./operation.ts";

/** com.microsoft:cancel-scheduled-message: sequence-numbers, all of them or none. */
export const cancelScheduledMessages: Operation = ({ queue }, { fields }) => {
  if (!queue.cancel(numbersField(fields, "sequence-numbers"))) throw messageNotFound();
  return {};
};
