import type { ProducerMark } from "./idempotentProducers.ts";
import type { LogEnd, LogEntry } from "./partition.ts";
import type { StoredEvent } from "./storedEvent.ts";

/** sequenceNumber, offset and enqueuedTimeMs as doubles; sizeBytes and headerBytes as 32 bits; then a kind. */
const HEADER = 3 * 8 + 2 * 4 + 1;
const KIND_AT = HEADER - 1;

/** What stands behind the header: an event, a producer's mark and an event, or nothing since all before it is gone. */
const PLAIN = 0;
const MARKED = 1;
const CLEARED = 2;

/** id, epoch and sequenceNumber as doubles. */
const MARK = 3 * 8;

/** What a record tells: an event, or where the log ended when it was cleared. */
type Decoded =
  | { readonly kind: "entry"; readonly entry: LogEntry<StoredEvent> }
  | { readonly kind: "cleared"; readonly end: LogEnd };

/** A log entry as the parts of a record; the event's own bytes are not copied. */
export function encodeEntry(entry: LogEntry<StoredEvent>): readonly Buffer[] {
  const { message, headerBytes, producer } = entry.stored;
  const header = encodeHeader(entry, headerBytes, producer ? MARKED : PLAIN);
  return producer ? [header, encodeMark(producer), message] : [header, message];
}

/** That the log was cleared when it ended there, as the parts of a record. */
export function encodeCleared(end: LogEnd): readonly Buffer[] {
  return [encodeHeader(end, 0, CLEARED)];
}

/** What is in a record, copied: a view would keep everything read with it alive. */
export function decodeRecord(record: Buffer): Decoded {
  const end = {
    sequenceNumber: record.readDoubleLE(0),
    offset: record.readDoubleLE(8),
    enqueuedTimeMs: record.readDoubleLE(16),
    sizeBytes: record.readUInt32LE(24),
  };
  const kind = record.readUInt8(KIND_AT);
  if (kind === CLEARED) return { kind: "cleared", end };
  const producer = kind === MARKED ? readMark(record) : undefined;
  const stored = {
    headerBytes: record.readUInt32LE(28),
    message: Buffer.from(record.subarray(producer ? HEADER + MARK : HEADER)),
    ...(producer && { producer }),
  };
  return { kind: "entry", entry: { ...end, stored } };
}

function encodeHeader(end: LogEnd, headerBytes: number, kind: number): Buffer {
  const header = Buffer.allocUnsafe(HEADER);
  let at = header.writeDoubleLE(end.sequenceNumber, 0);
  at = header.writeDoubleLE(end.offset, at);
  at = header.writeDoubleLE(end.enqueuedTimeMs, at);
  at = header.writeUInt32LE(end.sizeBytes, at);
  at = header.writeUInt32LE(headerBytes, at);
  header.writeUInt8(kind, at);
  return header;
}

function encodeMark({ id, epoch, sequenceNumber }: ProducerMark): Buffer {
  const mark = Buffer.allocUnsafe(MARK);
  mark.writeDoubleLE(id, 0);
  mark.writeDoubleLE(epoch, 8);
  mark.writeDoubleLE(sequenceNumber, 16);
  return mark;
}

function readMark(record: Buffer): ProducerMark {
  return {
    id: record.readDoubleLE(HEADER),
    epoch: record.readDoubleLE(HEADER + 8),
    sequenceNumber: record.readDoubleLE(HEADER + 16),
  };
}
