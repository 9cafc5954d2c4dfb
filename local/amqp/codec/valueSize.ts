import { AmqpError } from "../amqpError.ts";

/** Constructor of a described value: a descriptor and a value follow (AMQP 1.0 §1.2). */
export const DESCRIBED = 0x00;

/** Bytes of a fixed-width value by the high half of its format code (§1.2.1). */
const fixedWidths: Readonly<Record<number, number>> = { 4: 0, 5: 1, 6: 2, 7: 4, 8: 8, 9: 16 };

/** Bytes of the size prefix of a variable-width, compound or array value. */
const prefixWidths: Readonly<Record<number, 1 | 4>> = { 10: 1, 11: 4, 12: 1, 13: 4, 14: 1, 15: 4 };

/** Descriptors of descriptors that are followed; nobody nests any. */
const MAX_DEPTH = 8;

/** Where the value that starts at `offset` ends, found without decoding it. */
export function endOfValue(buffer: Buffer, offset: number, depth = 0): number {
  const code = byteAt(buffer, offset);
  if (code === DESCRIBED) {
    if (depth === MAX_DEPTH) throw malformed("descriptors nested too deep");
    return endOfValue(buffer, endOfValue(buffer, offset + 1, depth + 1), depth + 1);
  }
  const category = code >> 4;
  const fixed = fixedWidths[category];
  if (fixed !== undefined) return within(buffer, offset + 1 + fixed);
  const prefix = prefixWidths[category];
  if (prefix === undefined) throw malformed(`format code 0x${code.toString(16)}`);
  within(buffer, offset + 1 + prefix);
  const size = prefix === 1 ? buffer.readUInt8(offset + 1) : buffer.readUInt32BE(offset + 1);
  return within(buffer, offset + 1 + prefix + size);
}

export function byteAt(buffer: Buffer, offset: number): number {
  const byte = buffer[offset];
  if (byte === undefined) throw malformed("it ends too early");
  return byte;
}

export function malformed(what: string): AmqpError {
  return new AmqpError("amqp:decode-error", `not an AMQP message: ${what}`);
}

function within(buffer: Buffer, end: number): number {
  if (end > buffer.length) throw malformed("it ends too early");
  return end;
}
