import { AmqpError } from "../../amqp/amqpError.ts";
import { optionalMap, optionalText, pairsOf, textField, uuidsField } from "../../amqp/fields.ts";
import type { ManagementRequest } from "../../amqp/request.ts";
import { lockLost } from "../errors.ts";
import type { Settlement } from "../message.ts";
import { settleLock } from "../settleLock.ts";
import { reasonProperties, withProperties } from "../settlement.ts";
import type { StoredMessage } from "../storedMessage.ts";
import type { Operation } from "./operation.ts";

/** com.microsoft:update-disposition: settles by lock token, for a client whose link is gone. */
export const updateDisposition: Operation = (entity, { fields }) => {
  const settlement = readSettlement(fields);
  for (const token of uuidsField(fields, "lock-tokens")) {
    const lockId = entity.tokens.fromUuid(token);
    if (lockId === undefined || !settleLock(entity, lockId, settlement)) throw lockLost();
  }
  return {};
};

function readSettlement(fields: ManagementRequest["fields"]): Settlement<StoredMessage> {
  const properties = pairsOf(optionalMap(fields, "properties-to-modify"));
  const reason = reasonProperties(
    optionalText(fields, "deadletter-reason"),
    optionalText(fields, "deadletter-description"),
  );
  const change = (message: StoredMessage) => withProperties(message, [...properties, ...reason]);
  const status = textField(fields, "disposition-status");
  switch (status) {
    case "completed":
      return { kind: "complete" };
    case "abandoned":
      return { kind: "abandon", change };
    case "defered": // the protocol's spelling
      return { kind: "defer", change };
    case "suspended":
      return { kind: "deadLetter", change };
    default:
      throw new AmqpError("com.microsoft:argument-error", `unknown disposition '${status}'`);
  }
}
