import { BATCH_FORMAT, splitBatch } from "../amqp/codec/batch.ts";
import { itemsOf, SECTION_PREFIX, writeSectionPrefix } from "../amqp/codec/compound.ts";
import { encodeString, encodeSymbol, readText, writeLong } from "../amqp/codec/scalar.ts";
import {
  checkMessage,
  HEADER,
  MESSAGE_ANNOTATIONS,
  splitSections,
} from "../amqp/codec/sections.ts";
import type { ProducerMark } from "./idempotentProducers.ts";
import type { Appendable, LogPosition } from "./partition.ts";

/** An event as every reader gets it, encoded once; its first `headerBytes` are the header section. */
export type StoredEvent = {
  readonly message: Buffer;
  readonly headerBytes: number;
  /** With the last event of a batch that an idempotent producer sent. */
  readonly producer?: ProducerMark;
};

const LONG = 0x81;
const TIMESTAMP = 0x83;
const sequenceNumberKey = Buffer.concat([encodeSymbol("x-opt-sequence-number"), Buffer.of(LONG)]);
const enqueuedTimeKey = Buffer.concat([encodeSymbol("x-opt-enqueued-time"), Buffer.of(TIMESTAMP)]);
const offsetKey = encodeSymbol("x-opt-offset");
const partitionKeyKey = encodeSymbol("x-opt-partition-key");
const longBytes = 8;
const describedPrefix = 3;

/** What the service says about an event itself; a sender's own values would lie. */
const systemAnnotations = new Set([
  "x-opt-sequence-number",
  "x-opt-enqueued-time",
  "x-opt-offset",
  "x-opt-partition-key",
]);

/**
 * The events of a transfer and the partition key they were sent with. Everything the sender wrote but the
 * system annotations stays as it is, byte for byte. Copies: `payload` may be reused once they are stored.
 */
export function readEvents(
  payload: Buffer,
  format: number,
): {
  readonly events: readonly Appendable<StoredEvent>[];
  readonly partitionKey: string | undefined;
} {
  const { partitionKey } = readAnnotations(splitSections(payload).messageAnnotations);
  const messages = format === BATCH_FORMAT ? splitBatch(payload) : [payload];
  return { events: messages.map((message) => toEvent(message, partitionKey)), partitionKey };
}

function toEvent(message: Buffer, envelopeKey: string | undefined): Appendable<StoredEvent> {
  checkMessage(message);
  const { header, messageAnnotations, bare } = splitSections(message);
  const { others, partitionKey = envelopeKey } = readAnnotations(messageAnnotations);
  const items =
    partitionKey === undefined ? others : [...others, partitionKeyKey, encodeString(partitionKey)];
  return {
    sizeBytes: message.length,
    at: (position) => encodeEvent({ header, bare, items }, position),
  };
}

/** The partition key, and keys and values in turn of all annotations that are the sender's own. */
function readAnnotations(annotations: Buffer | undefined): {
  readonly partitionKey: string | undefined;
  readonly others: readonly Buffer[];
} {
  const items = annotations === undefined ? [] : itemsOf(annotations);
  const others: Buffer[] = [];
  let partitionKey: string | undefined;
  for (let index = 0; index + 1 < items.length; index += 2) {
    const [key, value] = items.slice(index, index + 2) as [Buffer, Buffer];
    const name = readText(key);
    if (name === "x-opt-partition-key") partitionKey = readText(value);
    else if (name === undefined || !systemAnnotations.has(name)) others.push(key, value);
  }
  return { partitionKey, others };
}

function encodeEvent(
  event: {
    readonly header: Buffer | undefined;
    readonly bare: Buffer;
    readonly items: readonly Buffer[];
  },
  { sequenceNumber, offset, enqueuedTimeMs }: LogPosition,
): StoredEvent {
  const { header, bare } = event;
  const headerBytes = header === undefined ? 0 : describedPrefix + header.length;
  const items = [offsetKey, encodeString(String(offset)), ...event.items];
  const itemBytes =
    sequenceNumberKey.length +
    enqueuedTimeKey.length +
    2 * longBytes +
    items.reduce((total, { length }) => total + length, 0);
  const message = Buffer.allocUnsafe(headerBytes + SECTION_PREFIX + itemBytes + bare.length);

  let end = 0;
  const append = (part: Buffer) => {
    end += part.copy(message, end);
  };
  const appendLong = (key: Buffer, value: number) => {
    append(key);
    writeLong(message, value, end);
    end += longBytes;
  };
  if (header) {
    append(Buffer.of(0x00, 0x53, HEADER));
    append(header);
  }
  end = writeSectionPrefix(message, end, {
    code: MESSAGE_ANNOTATIONS,
    kind: "map",
    bytes: itemBytes,
    count: items.length + 4,
  });
  appendLong(sequenceNumberKey, sequenceNumber);
  appendLong(enqueuedTimeKey, enqueuedTimeMs);
  for (const item of items) append(item);
  append(bare);
  return { message, headerBytes };
}
