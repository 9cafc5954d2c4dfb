import type { Typed } from "rhea";
import { pairsOf } from "../amqp/fields.ts";
import type { Outcome } from "../amqp/node.ts";
import { string } from "../amqp/typed.ts";
import { withApplicationProperties } from "./applicationProperties.ts";
import type { DeadLetterReason, Settlement } from "./message.ts";
import type { StoredMessage } from "./storedMessage.ts";

/**
 * What a disposition does to the message: modified is abandon or defer, rejected is dead-letter. The
 * properties that come along become application properties, with their types.
 */
export function settlementOf(outcome: Outcome): Settlement<StoredMessage> {
  if (outcome.kind === "accepted") return { kind: "complete" };
  if (outcome.kind === "released") return { kind: "release" };
  if (outcome.kind === "rejected") {
    // JavaScript writes a reason that was not given as null.
    const given = pairsOf(outcome.info).filter(([, { value }]) => value !== null);
    return { kind: "deadLetter", change: (message) => withProperties(message, given) };
  }
  return {
    kind: outcome.undeliverableHere ? "defer" : "abandon",
    change: (message) => withProperties(message, pairsOf(outcome.annotations)),
  };
}

export function withReason(
  message: StoredMessage,
  { reason, description }: DeadLetterReason,
): StoredMessage {
  return withProperties(message, reasonProperties(reason, description));
}

export function reasonProperties(
  reason: string | undefined,
  description: string | undefined,
): [string, Typed][] {
  const properties: [string, Typed][] = [];
  if (reason !== undefined) properties.push(["DeadLetterReason", string(reason)]);
  if (description !== undefined) {
    properties.push(["DeadLetterErrorDescription", string(description)]);
  }
  return properties;
}

export function withProperties(
  message: StoredMessage,
  properties: readonly (readonly [string, Typed])[],
): StoredMessage {
  if (properties.length === 0) return message;
  return { ...message, bare: withApplicationProperties(message.bare, properties) };
}
