import { AmqpError } from "../amqpError.ts";

/** Constructor of a described value: a descriptor and a value follow (AMQP 1.0 §1.2). */
export const DESCRIBED = 0x00;

export const LIST_0 = 0x45;
export const LIST_8 = 0xc0;
export const LIST_32 = 0xd0;
export const MAP_8 = 0xc1;
export const MAP_32 = 0xd1;

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
  return endOfBody(buffer, code, offset + 1);
}

/** Where a value of this format code ends whose bytes, without the code, start at `offset`. */
export function endOfBody(buffer: Buffer, code: number, offset: number): number {
  const category = code >> 4;
  const fixed = fixedWidths[category];
  if (fixed !== undefined) return within(buffer, offset + fixed);
  const prefix = prefixWidths[category];
  if (prefix === undefined) throw malformed(`format code 0x${code.toString(16)}`);
  within(buffer, offset + prefix);
  const size = prefix === 1 ? buffer.readUInt8(offset) : buffer.readUInt32BE(offset);
  return within(buffer, offset + prefix + size);
}

export function isList(code: number): boolean {
  return code === LIST_0 || code === LIST_8 || code === LIST_32;
}

export function isMap(code: number): boolean {
  return code === MAP_8 || code === MAP_32;
}

/** Lists and maps but the empty list, which has neither size nor count. */
export function isCompound(code: number): boolean {
  return code >> 4 === 0xc || code >> 4 === 0xd;
}

export function isArray(code: number): boolean {
  return code >> 4 === 0xe || code >> 4 === 0xf;
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
