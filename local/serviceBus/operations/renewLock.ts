import { uuidsField } from "../../amqp/fields.ts";
import { timestampArray } from "../../amqp/typed.ts";
import { lockLost } from "../errors.ts";
import type { Operation } from "./operation.ts";

/** com.microsoft:renew-lock: lock-tokens → expirations, in the same order. */
export const renewLock: Operation = ({ queue, tokens, counts }, { fields }) => {
  const expirations = uuidsField(fields, "lock-tokens").map((token) => {
    const lockId = tokens.fromUuid(token);
    const until = lockId === undefined ? undefined : queue.renew(lockId);
    if (until === undefined) throw lockLost();
    counts.renewed += 1;
    return until;
  });
  return { body: { expirations: timestampArray(expirations) } };
};
