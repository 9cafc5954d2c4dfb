/** Requests of the host's Settlement service in protobuf encoding; the answer is always empty. */

const LOCK_TOKEN = 1;
const DEAD_LETTER_REASON = 3;
const DEAD_LETTER_DESCRIPTION = 4;
const STRING_VALUE = 1;

export function deadLetterRequest(
  lockToken: string,
  reason: string,
  description: string,
): Buffer<ArrayBuffer> {
  return Buffer.concat([
    field(LOCK_TOKEN, Buffer.from(lockToken)),
    field(DEAD_LETTER_REASON, field(STRING_VALUE, Buffer.from(reason))), // google.protobuf.StringValue
    field(DEAD_LETTER_DESCRIPTION, field(STRING_VALUE, Buffer.from(description))),
  ]);
}

/** Wire type 2, length-delimited (protobuf encoding, "Message structure"). */
function field(number: number, content: Buffer): Buffer<ArrayBuffer> {
  return Buffer.concat([varint((number << 3) | 2), varint(content.length), content]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  return Buffer.from([...bytes, rest]);
}
