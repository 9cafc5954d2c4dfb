import type { KeptMessage, QueueChange } from "./message.ts";
import type { StoredMessage } from "./storedMessage.ts";

type Change = QueueChange<StoredMessage>;
type Kept = KeptMessage<StoredMessage>;

const kinds = { put: 1, returned: 2, removed: 3, seen: 4, numbered: 5, cleared: 6 } as const;
const states = { active: 0, deferred: 1, scheduled: 2 } as const;

/** Numbers are doubles, which hold every number of ours exactly; NaN stands for undefined. */
const NUMBER = 8;
/** kind, sequenceNumber, enqueuedAt, expiresAt, deliveryCount, state, durable, priority, timeToLiveMs, annotations. */
const PUT_HEADER = 1 + 4 * NUMBER + 1 + 1 + 2 * NUMBER + 4;

/** A change as the parts of a record; the message's own bytes are not copied. */
export function encodeChange(change: Change): readonly Buffer[] {
  switch (change.kind) {
    case "put":
      return encodePut(change.message);
    case "returned": {
      const { sequenceNumber, deliveryCount, deferred } = change;
      return [numbers(kinds.returned, sequenceNumber, deliveryCount, deferred ? 1 : 0)];
    }
    case "removed":
      return [numbers(kinds.removed, change.sequenceNumber)];
    case "seen":
      return [numbers(kinds.seen, change.at), Buffer.from(change.messageId)];
    case "numbered":
      return [numbers(kinds.numbered, change.last)];
    case "cleared":
      return [numbers(kinds.cleared)];
    default:
      return change satisfies never;
  }
}

/** The change in a record. Its buffers are copies: a view would keep everything read with it alive. */
export function decodeChange(record: Buffer): Change {
  const number = (index: number) => record.readDoubleLE(1 + index * NUMBER);
  switch (record.readUInt8(0)) {
    case kinds.put:
      return { kind: "put", message: decodePut(record) };
    case kinds.returned:
      return {
        kind: "returned",
        sequenceNumber: number(0),
        deliveryCount: number(1),
        deferred: number(2) === 1,
      };
    case kinds.removed:
      return { kind: "removed", sequenceNumber: number(0) };
    case kinds.seen:
      return { kind: "seen", messageId: record.toString("utf8", 1 + NUMBER), at: number(0) };
    case kinds.numbered:
      return { kind: "numbered", last: number(0) };
    case kinds.cleared:
      return { kind: "cleared" };
    default:
      throw new Error(`a change of kind ${record.readUInt8(0)} is unknown`);
  }
}

function numbers(kind: number, ...values: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(1 + values.length * NUMBER);
  let at = bytes.writeUInt8(kind, 0);
  for (const value of values) at = bytes.writeDoubleLE(value, at);
  return bytes;
}

function encodePut({ content, state, ...message }: Kept): readonly Buffer[] {
  const header = Buffer.allocUnsafe(PUT_HEADER);
  let at = header.writeUInt8(kinds.put, 0);
  at = header.writeDoubleLE(message.sequenceNumber, at);
  at = header.writeDoubleLE(message.enqueuedAt, at);
  at = header.writeDoubleLE(orNaN(message.expiresAt), at);
  at = header.writeDoubleLE(message.deliveryCount, at);
  at = header.writeUInt8(states[state.name], at);
  at = header.writeUInt8(content.durable ? 1 : 0, at);
  at = header.writeDoubleLE(orNaN(content.priority), at);
  at = header.writeDoubleLE(orNaN(content.timeToLiveMs), at);
  header.writeUInt32LE(content.annotations.length, at);
  const parts: Buffer[] = [header];
  for (const annotation of content.annotations) parts.push(lengthOf(annotation), annotation);
  if (state.name === "scheduled") {
    const id = Buffer.from(state.submission.messageId);
    const times = Buffer.allocUnsafe(2 * NUMBER);
    times.writeDoubleLE(state.at, 0);
    times.writeDoubleLE(orNaN(state.submission.timeToLiveMs), NUMBER);
    parts.push(times, lengthOf(id), id);
  }
  parts.push(content.bare);
  return parts;
}

function decodePut(record: Buffer): Kept {
  let at = 1;
  const number = () => {
    const value = record.readDoubleLE(at);
    at += NUMBER;
    return value;
  };
  const byte = () => record.readUInt8(at++);
  const size = () => {
    const value = record.readUInt32LE(at);
    at += 4;
    return value;
  };
  const bytes = (length: number) => {
    at += length;
    return record.subarray(at - length, at);
  };

  const [sequenceNumber, enqueuedAt, expiry, deliveryCount] = [
    number(),
    number(),
    number(),
    number(),
  ];
  const [stateByte, durable] = [byte(), byte() === 1];
  const [priority, timeToLiveMs] = [orUndefined(number()), orUndefined(number())];
  const annotations = Array.from({ length: size() }, () => Buffer.from(bytes(size())));
  const schedule =
    stateByte === states.scheduled
      ? { at: number(), timeToLiveMs: orUndefined(number()), messageId: bytes(size()).toString() }
      : undefined;
  const bare = Buffer.from(record.subarray(at));
  const content = { durable, priority, timeToLiveMs, annotations, bare };
  const message = { sequenceNumber, enqueuedAt, expiresAt: orUndefined(expiry), deliveryCount };
  if (schedule) {
    const { at: scheduledAt, ...rest } = schedule;
    const submission = { ...rest, content, scheduledAt };
    return { ...message, content, state: { name: "scheduled", at: scheduledAt, submission } };
  }
  const name = stateByte === states.deferred ? "deferred" : "active";
  return { ...message, content, state: { name } };
}

function lengthOf({ length }: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32LE(length);
  return bytes;
}

function orNaN(value: number | undefined): number {
  return value ?? Number.NaN;
}

function orUndefined(value: number): number | undefined {
  return Number.isNaN(value) ? undefined : value;
}
