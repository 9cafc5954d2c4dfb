import { itemsOf } from "../amqp/codec/compound.ts";
import { readBoolean, readText, readTimestamp, readUbyte, readUint } from "../amqp/codec/scalar.ts";
import { checkMessage, splitSections } from "../amqp/codec/sections.ts";
import type { Submission } from "./message.ts";
import { readMessageId, withMessageId } from "./messageId.ts";

/** A message as it is kept: encoded, so that every value keeps the AMQP type its sender gave it. */
export type StoredMessage = {
  readonly durable: boolean;
  readonly priority: number | undefined;
  readonly timeToLiveMs: number | undefined;
  /** The sender's annotations, keys and values in turn; the broker's own come at delivery. */
  readonly annotations: readonly Buffer[];
  /** Properties, application properties, body and footer. */
  readonly bare: Buffer;
};

/** What the broker needs for a message beside its bytes, about. */
const OVERHEAD = 512;

/** What a message takes up while it is kept. */
export function sizeOf({ annotations, bare }: StoredMessage): number {
  return annotations.reduce((total, { length }) => total + length, OVERHEAD + bare.length);
}

const NO_ANNOTATIONS: readonly Buffer[] = [];

/** What only the broker may say about a message. */
const brokerAnnotations = new Set([
  "x-opt-sequence-number",
  "x-opt-enqueued-time",
  "x-opt-enqueue-sequence-number",
  "x-opt-locked-until",
  "x-opt-message-state",
  "x-opt-deadletter-source",
]);
const SCHEDULED_ENQUEUE_TIME = "x-opt-scheduled-enqueue-time";

/**
 * Reads what the broker needs from an encoded message and copies the rest as it is. A message without
 * an id gets one: the JavaScript client's lock renewal goes by it. Throws `amqp:decode-error` for one that
 * could not be handed out, or changed on its way to the dead letters, later on.
 */
export function readSubmission(
  encoded: Buffer,
  newMessageId: () => string,
): Submission<StoredMessage> {
  checkMessage(encoded);
  const sections = splitSections(encoded);
  const header = sections.header ? itemsOf(sections.header) : [];
  const [durable, priority, timeToLive] = header;
  const { annotations, scheduledAt } = readAnnotations(sections.messageAnnotations);
  const givenId = readMessageId(sections.properties);
  const messageId = givenId ?? newMessageId();
  const timeToLiveMs = timeToLive && readUint(timeToLive);
  return {
    messageId,
    scheduledAt,
    timeToLiveMs,
    content: {
      durable: durable !== undefined && readBoolean(durable),
      priority: priority && readUbyte(priority),
      timeToLiveMs,
      annotations,
      // A view would keep the socket's whole chunk alive.
      bare: givenId === undefined ? withMessageId(sections, messageId) : Buffer.from(sections.bare),
    },
  };
}

function readAnnotations(section: Buffer | undefined): {
  annotations: readonly Buffer[];
  scheduledAt: number | undefined;
} {
  if (!section) return { annotations: NO_ANNOTATIONS, scheduledAt: undefined };
  const annotations: Buffer[] = [];
  let scheduledAt: number | undefined;
  const items = itemsOf(section);
  for (let index = 0; index + 1 < items.length; index += 2) {
    const [key, value] = [items[index], items[index + 1]];
    if (!key || !value) continue;
    const name = readText(key) ?? "";
    if (brokerAnnotations.has(name)) continue;
    if (name === SCHEDULED_ENQUEUE_TIME) scheduledAt = readTimestamp(value);
    annotations.push(Buffer.from(key), Buffer.from(value));
  }
  return { annotations, scheduledAt };
}
