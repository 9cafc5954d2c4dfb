import { malformed } from "./valueSize.ts";

/*
 * Single values, written and read without a detour over typed objects, for the paths that every
 * message takes. Format codes: AMQP 1.0 §1.6.
 */
const NULL = 0x40;
const TRUE = 0x41;
const BOOLEAN = 0x56;
const UINT_0 = 0x43;
const SMALL_UINT = 0x52;
const UINT = 0x70;
const UBYTE = 0x50;
const TIMESTAMP = 0x83;
const STRING_8 = 0xa1;
const STRING_32 = 0xb1;
const SYMBOL_8 = 0xa3;
const SYMBOL_32 = 0xb3;

const TWO_TO_32 = 0x1_0000_0000;
const SHORT_LIMIT = 255;

export function isNull(value: Buffer | undefined): boolean {
  return value === undefined || value[0] === NULL;
}

/** The text of a string or symbol, undefined for any other type. */
export function readText(value: Buffer): string | undefined {
  switch (Number(value[0])) {
    case STRING_8:
    case SYMBOL_8:
      return value.toString("utf8", 2);
    case STRING_32:
    case SYMBOL_32:
      return value.toString("utf8", 5);
    default:
      return undefined;
  }
}

/** The number of a ubyte, undefined for null; throws for any other type. */
export function readUbyte(value: Buffer): number | undefined {
  if (value[0] === UBYTE) return value[1];
  if (isNull(value)) return undefined;
  throw malformed("another value where a ubyte belongs");
}

/** The number of a uint, undefined for null; throws for any other type. */
export function readUint(value: Buffer): number | undefined {
  switch (Number(value[0])) {
    case NULL:
      return undefined;
    case UINT_0:
      return 0;
    case SMALL_UINT:
      return value[1];
    case UINT:
      return value.readUInt32BE(1);
    default:
      throw malformed("another value where a uint belongs");
  }
}

export function readBoolean(value: Buffer): boolean {
  return value[0] === TRUE || (value[0] === BOOLEAN && value[1] === 1);
}

/** Epoch milliseconds of a timestamp, undefined for any other type. */
export function readTimestamp(value: Buffer): number | undefined {
  if (value[0] !== TIMESTAMP) return undefined;
  return value.readInt32BE(1) * TWO_TO_32 + value.readUInt32BE(5);
}

/** Writes a whole number below 2^53 as 8 bytes, big-endian: the bytes of a long or timestamp. */
export function writeLong(target: Buffer, value: number, offset: number): void {
  target.writeInt32BE(Math.floor(value / TWO_TO_32), offset);
  target.writeUInt32BE(value % TWO_TO_32, offset + 4);
}

export function encodeString(text: string): Buffer {
  return encodeText(text, STRING_8, STRING_32);
}

export function encodeSymbol(text: string): Buffer {
  return encodeText(text, SYMBOL_8, SYMBOL_32);
}

function encodeText(text: string, short: number, long: number): Buffer {
  const length = Buffer.byteLength(text);
  const prefix = length > SHORT_LIMIT ? 5 : 2;
  const value = Buffer.allocUnsafe(prefix + length);
  if (prefix === 2) {
    value[0] = short;
    value[1] = length;
  } else {
    value[0] = long;
    value.writeUInt32BE(length, 1);
  }
  value.write(text, prefix);
  return value;
}
