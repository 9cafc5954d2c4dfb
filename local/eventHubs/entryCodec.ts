import type { ProducerMark } from "./idempotentProducers.ts";
import type { LogEntry } from "./partition.ts";
import type { StoredEvent } from "./storedEvent.ts";

/**
 * sequenceNumber, offset and enqueuedTimeMs as doubles; sizeBytes and headerBytes as 32 bits; then a byte
 * that says whether a producer's mark stands before the message.
 */
const HEADER = 3 * 8 + 2 * 4 + 1;
const MARK_AT = HEADER - 1;

/** id, epoch and sequenceNumber as doubles. */
const MARK = 3 * 8;

/** A log entry as the parts of a record; the event's own bytes are not copied. */
export function encodeEntry(entry: LogEntry<StoredEvent>): readonly Buffer[] {
  const { message, headerBytes, producer } = entry.stored;
  const header = Buffer.allocUnsafe(HEADER + (producer ? MARK : 0));
  let at = header.writeDoubleLE(entry.sequenceNumber, 0);
  at = header.writeDoubleLE(entry.offset, at);
  at = header.writeDoubleLE(entry.enqueuedTimeMs, at);
  at = header.writeUInt32LE(entry.sizeBytes, at);
  at = header.writeUInt32LE(headerBytes, at);
  at = header.writeUInt8(producer ? 1 : 0, at);
  if (producer) {
    at = header.writeDoubleLE(producer.id, at);
    at = header.writeDoubleLE(producer.epoch, at);
    header.writeDoubleLE(producer.sequenceNumber, at);
  }
  return [header, message];
}

/** The entry in a record, copied: a view would keep everything read with it alive. */
export function decodeEntry(record: Buffer): LogEntry<StoredEvent> {
  const producer = record.readUInt8(MARK_AT) === 1 ? readMark(record) : undefined;
  return {
    sequenceNumber: record.readDoubleLE(0),
    offset: record.readDoubleLE(8),
    enqueuedTimeMs: record.readDoubleLE(16),
    sizeBytes: record.readUInt32LE(24),
    stored: {
      headerBytes: record.readUInt32LE(28),
      message: Buffer.from(record.subarray(producer ? HEADER + MARK : HEADER)),
      ...(producer && { producer }),
    },
  };
}

function readMark(record: Buffer): ProducerMark {
  return {
    id: record.readDoubleLE(HEADER),
    epoch: record.readDoubleLE(HEADER + 8),
    sequenceNumber: record.readDoubleLE(HEADER + 16),
  };
}
