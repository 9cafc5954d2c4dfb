import { AmqpError } from "./amqpError.ts";
import {
  byteAt,
  DESCRIBED,
  endOfBody,
  endOfValue,
  isArray,
  isCompound,
} from "./codec/valueSize.ts";
import { limits } from "./limits.ts";

const FRAME_HEADER = 8;
const MAX_DEPTH = 32;

/**
 * Throws for a frame from `start` on that would make rhea allocate or loop without bound: one larger than
 * we offered to take (AMQP 1.0 §2.7.1 max-frame-size), or one whose performative counts more items than it
 * has bytes for. Looks at complete frames, and at the size that an incomplete one announces.
 */
export function checkFrames(input: Buffer, start: number): void {
  for (let offset = start; offset + 4 <= input.length; ) {
    const size = input.readUInt32BE(offset);
    if (size < FRAME_HEADER || size > limits.frameBytes) throw broken(`a frame of ${size} bytes`);
    const end = offset + size;
    if (end > input.length) return;
    const body = offset + 4 * input.readUInt8(offset + 4);
    if (body < offset + FRAME_HEADER || body > end) throw broken("a data offset out of the frame");
    if (body < end) endOfSound(input.subarray(0, end), body);
    offset = end;
  }
}

/**
 * Where the value at `offset` ends; throws unless it can be decoded in time and memory proportional to its
 * bytes. A decoder that goes by counts and one that goes by sizes see the same items.
 */
export function endOfSound(buffer: Buffer, offset: number, depth = 0): number {
  if (depth > MAX_DEPTH) throw broken("values nested too deep");
  const code = byteAt(buffer, offset);
  if (code === DESCRIBED) {
    return endOfSound(buffer, endOfSound(buffer, offset + 1, depth + 1), depth + 1);
  }
  const end = endOfValue(buffer, offset);
  if (!isCompound(code) && !isArray(code)) return end;

  const width = code & 0x10 ? 4 : 1;
  const counted = offset + 1 + width;
  if (counted + width > end) throw broken("a compound value without a count");
  const count = width === 1 ? buffer.readUInt8(counted) : buffer.readUInt32BE(counted);
  if (count > end - counted) throw broken(`${count} items in ${end - counted} bytes`);
  const items = counted + width;
  const itemsEnd = isArray(code)
    ? endOfElements(buffer, items, count)
    : endOfItems(buffer, items, count, depth + 1);
  if (itemsEnd !== end) throw broken("a compound value of another size than it says");
  return end;
}

function endOfItems(buffer: Buffer, start: number, count: number, depth: number): number {
  let offset = start;
  for (let item = 0; item < count; item += 1) offset = endOfSound(buffer, offset, depth);
  return offset;
}

/** Elements share one constructor (§1.6.24); nobody sends arrays of anything but scalars. */
function endOfElements(buffer: Buffer, start: number, count: number): number {
  const code = byteAt(buffer, start);
  if (code === DESCRIBED || isCompound(code) || isArray(code)) {
    throw broken("an array of compound values");
  }
  let offset = start + 1;
  for (let element = 0; element < count; element += 1) offset = endOfBody(buffer, code, offset);
  return offset;
}

function broken(what: string): AmqpError {
  return new AmqpError("amqp:connection:framing-error", `The peer sent ${what}.`);
}
