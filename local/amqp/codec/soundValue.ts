import {
  byteAt,
  DESCRIBED,
  endOfBody,
  endOfValue,
  isArray,
  isCompound,
  isMap,
  malformed,
} from "./valueSize.ts";

const MAX_DEPTH = 32;

/**
 * Where the value at `offset` ends; throws unless it can be decoded in time and memory proportional to its
 * bytes. A decoder that goes by counts and one that goes by sizes see the same items.
 */
export function endOfSound(buffer: Buffer, offset: number, depth = 0): number {
  if (depth > MAX_DEPTH) throw malformed("values nested too deep");
  const code = byteAt(buffer, offset);
  if (code === DESCRIBED) {
    return endOfSound(buffer, endOfSound(buffer, offset + 1, depth + 1), depth + 1);
  }
  const end = endOfValue(buffer, offset);
  if (!isCompound(code) && !isArray(code)) return end;

  const width = code & 0x10 ? 4 : 1;
  const counted = offset + 1 + width;
  if (counted + width > end) throw malformed("a compound value without a count");
  const count = width === 1 ? buffer.readUInt8(counted) : buffer.readUInt32BE(counted);
  if (count > end - counted) throw malformed(`${count} items in ${end - counted} bytes`);
  if (isMap(code) && count % 2 > 0) throw malformed("a key without a value");
  const items = counted + width;
  const itemsEnd = isArray(code)
    ? endOfElements(buffer, items, count)
    : endOfItems(buffer, items, count, depth + 1);
  if (itemsEnd !== end) throw malformed("a compound value of another size than it says");
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
    throw malformed("an array of compound values");
  }
  let offset = start + 1;
  for (let element = 0; element < count; element += 1) offset = endOfBody(buffer, code, offset);
  return offset;
}
