import { batchDeleteMessages } from "./batchDeleteMessages.ts";
import { cancelScheduledMessages } from "./cancelScheduledMessages.ts";
import type { Operation } from "./operation.ts";
import { peekMessages } from "./peekMessages.ts";
import { receiveBySequenceNumber } from "./receiveBySequenceNumber.ts";
import { renewLock } from "./renewLock.ts";
import { scheduleMessages } from "./scheduleMessages.ts";
import { updateDisposition } from "./updateDisposition.ts";

/** The operations that an entity's `$management` node knows, by the name in the request. */
export const operations: ReadonlyMap<string, Operation> = new Map([
  ["com.microsoft:batch-delete-messages", batchDeleteMessages],
  ["com.microsoft:renew-lock", renewLock],
  ["com.microsoft:peek-message", peekMessages],
  ["com.microsoft:schedule-message", scheduleMessages],
  ["com.microsoft:cancel-scheduled-message", cancelScheduledMessages],
  ["com.microsoft:receive-by-sequence-number", receiveBySequenceNumber],
  ["com.microsoft:update-disposition", updateDisposition],
]);
