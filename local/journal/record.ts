/** Records follow each other in a frame, each behind its length (4 bytes). */
export const RECORD_HEADER = 4;

export function eachRecord(payload: Buffer, apply: (record: Buffer) => void): void {
  for (let at = 0; at + RECORD_HEADER <= payload.length; ) {
    const start = at + RECORD_HEADER;
    const end = start + payload.readUInt32LE(at);
    apply(payload.subarray(start, end));
    at = end;
  }
}
