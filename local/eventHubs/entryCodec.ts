import type { LogEntry } from "./partition.ts";
import type { StoredEvent } from "./storedEvent.ts";

/** sequenceNumber, offset and enqueuedTimeMs as doubles; sizeBytes and headerBytes as 32 bits. */
const HEADER = 3 * 8 + 2 * 4;

/** A log entry as the parts of a record; the event's own bytes are not copied. */
export function encodeEntry(entry: LogEntry<StoredEvent>): readonly Buffer[] {
  const header = Buffer.allocUnsafe(HEADER);
  let at = header.writeDoubleLE(entry.sequenceNumber, 0);
  at = header.writeDoubleLE(entry.offset, at);
  at = header.writeDoubleLE(entry.enqueuedTimeMs, at);
  at = header.writeUInt32LE(entry.sizeBytes, at);
  header.writeUInt32LE(entry.stored.headerBytes, at);
  return [header, entry.stored.message];
}

/** The entry in a record, copied: a view would keep everything read with it alive. */
export function decodeEntry(record: Buffer): LogEntry<StoredEvent> {
  return {
    sequenceNumber: record.readDoubleLE(0),
    offset: record.readDoubleLE(8),
    enqueuedTimeMs: record.readDoubleLE(16),
    sizeBytes: record.readUInt32LE(24),
    stored: {
      headerBytes: record.readUInt32LE(28),
      message: Buffer.from(record.subarray(HEADER)),
    },
  };
}
