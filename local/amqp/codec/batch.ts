import { DATA, sectionAt } from "./sections.ts";
import { byteAt, malformed } from "./valueSize.ts";

/** The message format whose data sections each hold a whole encoded message. */
export const BATCH_FORMAT = 0x80013700;

const BINARY_8 = 0xa0;
const BINARY_32 = 0xb0;

/** The messages of a batch, as views; the envelope's other sections only repeat the first message's. */
export function splitBatch(envelope: Buffer): readonly Buffer[] {
  const messages: Buffer[] = [];
  for (let offset = 0; offset < envelope.length; ) {
    const { code, start, end } = sectionAt(envelope, offset);
    if (code === DATA) messages.push(binaryAt(envelope, start, end));
    offset = end;
  }
  return messages;
}

function binaryAt(buffer: Buffer, start: number, end: number): Buffer {
  switch (byteAt(buffer, start)) {
    case BINARY_8:
      return buffer.subarray(start + 2, end);
    case BINARY_32:
      return buffer.subarray(start + 5, end);
    default:
      throw malformed("a data section without binary content");
  }
}
