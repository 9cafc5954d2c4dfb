import { encodeSection, SECTION_PREFIX, writeSectionPrefix } from "../amqp/codec/compound.ts";
import { encodeSymbol, writeLong } from "../amqp/codec/scalar.ts";
import { DELIVERY_ANNOTATIONS, HEADER, MESSAGE_ANNOTATIONS } from "../amqp/codec/sections.ts";
import type { QueuedMessage } from "./message.ts";
import type { StoredMessage } from "./storedMessage.ts";

const LONG = 0x81;
const TIMESTAMP = 0x83;
const INT = 0x71;
const UINT = 0x70;
const UBYTE = 0x50;
const UUID = 0x98;
const NULL = 0x40;
const TRUE = 0x41;
const FALSE = 0x42;

/** Values of x-opt-message-state; a locked message shows the state that it is in otherwise. */
const stateNumbers = { active: 0, deferred: 1, scheduled: 2, gone: 0 };

/** Annotations of every message: keys with room for the values, which go in at fixed places. */
const template = Buffer.concat([
  encodeSymbol("x-opt-sequence-number"),
  Buffer.from([LONG, ...Array<number>(8).fill(0)]),
  encodeSymbol("x-opt-enqueued-time"),
  Buffer.from([TIMESTAMP, ...Array<number>(8).fill(0)]),
  encodeSymbol("x-opt-message-state"),
  Buffer.from([INT, ...Array<number>(4).fill(0)]),
]);
const TEMPLATE_PAIRS = 3;
const STATE_OFFSET = template.length - 1; // the states fit in an int's last byte

const enqueueSequenceNumberKey = encodeSymbol("x-opt-enqueue-sequence-number");

/** Of a message that was forwarded: the number that it got where it was sent, first of its annotations. */
export function encodeEnqueueSequenceNumber(sequenceNumber: number): readonly Buffer[] {
  const value = Buffer.alloc(9, LONG);
  writeLong(value, sequenceNumber, 1);
  return [enqueueSequenceNumberKey, value];
}

export function hasEnqueueSequenceNumber([first]: readonly Buffer[]): boolean {
  return first?.equals(enqueueSequenceNumberKey) === true;
}

/** What a message shows that was never forwarded. */
const notForwarded = Buffer.concat(encodeEnqueueSequenceNumber(0));
const ENQUEUED_TIME_OFFSET =
  encodeSymbol("x-opt-sequence-number").length + 9 + encodeSymbol("x-opt-enqueued-time").length + 1;
const SEQUENCE_NUMBER_OFFSET = encodeSymbol("x-opt-sequence-number").length + 1;

const lockedUntilKey = encodeSymbol("x-opt-locked-until");
const LOCKED_UNTIL_LENGTH = lockedUntilKey.length + 9;

/** durable, priority, ttl, first-acquirer, delivery-count: AMQP 1.0 §3.2.1. */
const HEADER_FIELDS = 5;

export type EncodeOptions = {
  /** Epoch ms; absent for a message that is not locked. */
  readonly lockedUntil?: number;
  /** Repeated as a delivery annotation for Python, which reads only that from a reply. */
  readonly lockToken?: Buffer;
};

/** The message as a receiver gets it: header and annotations written anew, the rest as it was sent. */
export function encodeMessage(
  message: QueuedMessage<StoredMessage>,
  { lockedUntil, lockToken }: EncodeOptions = {},
): Buffer {
  const { annotations, bare } = message.content;
  const header = encodeHeader(message);
  const delivery = lockToken ? encodeLockToken(lockToken) : EMPTY;
  const ownBytes = annotations.reduce((total, { length }) => total + length, 0);
  const own = hasEnqueueSequenceNumber(annotations);
  const annotationBytes =
    template.length +
    (own ? 0 : notForwarded.length) +
    (lockedUntil === undefined ? 0 : LOCKED_UNTIL_LENGTH) +
    ownBytes;

  const encoded = Buffer.allocUnsafe(
    header.length + delivery.length + SECTION_PREFIX + annotationBytes + bare.length,
  );
  let offset = header.copy(encoded, 0);
  offset += delivery.copy(encoded, offset);
  offset = writeSectionPrefix(encoded, offset, {
    code: MESSAGE_ANNOTATIONS,
    kind: "map",
    bytes: annotationBytes,
    count:
      annotations.length +
      2 * (TEMPLATE_PAIRS + (own ? 0 : 1) + (lockedUntil === undefined ? 0 : 1)),
  });
  template.copy(encoded, offset);
  writeLong(encoded, message.sequenceNumber, offset + SEQUENCE_NUMBER_OFFSET);
  writeLong(encoded, message.enqueuedAt, offset + ENQUEUED_TIME_OFFSET);
  encoded[offset + STATE_OFFSET] = stateNumber(message);
  offset += template.length;
  if (lockedUntil !== undefined) {
    lockedUntilKey.copy(encoded, offset);
    encoded[offset + lockedUntilKey.length] = TIMESTAMP;
    writeLong(encoded, lockedUntil, offset + lockedUntilKey.length + 1);
    offset += LOCKED_UNTIL_LENGTH;
  }
  if (!own) offset += notForwarded.copy(encoded, offset);
  for (const annotation of annotations) offset += annotation.copy(encoded, offset);
  bare.copy(encoded, offset);
  return encoded;
}

const EMPTY = Buffer.alloc(0);
const HEADER_BYTES = 14;

function encodeHeader(message: QueuedMessage<StoredMessage>): Buffer {
  const { content, deliveryCount } = message;
  const timeToLiveMs = effectiveTimeToLiveMs(message);
  const header = Buffer.allocUnsafe(SECTION_PREFIX + HEADER_BYTES);
  let offset = SECTION_PREFIX;
  offset = header.writeUInt8(content.durable ? TRUE : FALSE, offset);
  if (content.priority === undefined) offset = header.writeUInt8(NULL, offset);
  else {
    offset = header.writeUInt8(UBYTE, offset);
    // Files from before `readUbyte` may hold more than a ubyte can.
    offset = header.writeUInt8(Math.min(content.priority, UBYTE_MAX), offset);
  }
  if (timeToLiveMs === undefined) offset = header.writeUInt8(NULL, offset);
  else {
    offset = header.writeUInt8(UINT, offset);
    offset = header.writeUInt32BE(timeToLiveMs, offset);
  }
  offset = header.writeUInt8(FALSE, offset);
  offset = header.writeUInt8(UINT, offset);
  offset = header.writeUInt32BE(deliveryCount, offset);
  writeSectionPrefix(header, 0, {
    code: HEADER,
    kind: "list",
    bytes: offset - SECTION_PREFIX,
    count: HEADER_FIELDS,
  });
  return header.subarray(0, offset);
}

/** What the queue made of the sender's wish, so that receivers see the real end of the message. */
function effectiveTimeToLiveMs(message: QueuedMessage<StoredMessage>): number | undefined {
  const { content, enqueuedAt, expiresAt } = message;
  if (expiresAt === undefined) return content.timeToLiveMs;
  return Math.min(expiresAt - enqueuedAt, UINT_MAX);
}

const UBYTE_MAX = 0xff;
const UINT_MAX = 0xffff_ffff;

function encodeLockToken(token: Buffer): Buffer {
  return encodeSection(DELIVERY_ANNOTATIONS, "map", [
    encodeSymbol("x-opt-lock-token"),
    Buffer.concat([Buffer.from([UUID]), token]),
  ]);
}

function stateNumber({ state }: QueuedMessage<StoredMessage>): number {
  if (state.name === "locked") return state.wasDeferred ? stateNumbers.deferred : 0;
  return stateNumbers[state.name];
}
