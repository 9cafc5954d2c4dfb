import rhea from "rhea";
import { AmqpError } from "../amqp/amqpError.ts";
import { itemsOf } from "../amqp/codec/compound.ts";
import { isNull, readText } from "../amqp/codec/scalar.ts";
import { splitSections } from "../amqp/codec/sections.ts";
import type { AttachReply, IncomingLink } from "../amqp/node.ts";
import { readValues } from "../amqp/rheaInternals.ts";
import { int, long } from "../amqp/typed.ts";
import type { Producer, ProducerClaim } from "./idempotentProducers.ts";

export const IDEMPOTENT_PRODUCER = "com.microsoft:idempotent-producer";
const names = {
  id: "com.microsoft:producer-id",
  epoch: "com.microsoft:producer-epoch",
  sequenceNumber: "com.microsoft:producer-sequence-number",
};

/** What a link that asks for idempotence says of its producer. */
export function readClaim({ properties }: Pick<IncomingLink, "properties">): ProducerClaim {
  return {
    id: wholeNumber(properties[names.id]),
    epoch: wholeNumber(properties[names.epoch]),
    sequenceNumber: wholeNumber(properties[names.sequenceNumber]),
  };
}

/** What the attach answers, from which the client goes on. */
export function producerReply({ id, epoch, sequenceNumber }: Producer): AttachReply {
  return {
    offeredCapabilities: [IDEMPOTENT_PRODUCER],
    properties: {
      [names.id]: long(id),
      [names.epoch]: rhea.types.wrap_short(epoch),
      [names.sequenceNumber]: int(sequenceNumber),
    },
  };
}

/** The number that an idempotent producer gave an event; throws where it gave none. */
export function publishedNumber(message: Buffer): number {
  const { messageAnnotations } = splitSections(message);
  const items =
    messageAnnotations && !isNull(messageAnnotations) ? itemsOf(messageAnnotations) : [];
  const key = items.findIndex(
    (item, index) => index % 2 === 0 && readText(item) === names.sequenceNumber,
  );
  const value = key < 0 ? undefined : items[key + 1];
  const number = value && wholeNumber(readValues(value).read().value);
  if (number !== undefined) return number;
  throw new AmqpError(
    "com.microsoft:argument-error",
    `An event of an idempotent producer lacks ${names.sequenceNumber}.`,
  );
}

function wholeNumber(value: unknown): number | undefined {
  return typeof value === "number" && Number.isInteger(value) ? value : undefined;
}
