import {
  byteAt,
  endOfValue,
  LIST_0,
  LIST_8,
  LIST_32,
  MAP_8,
  MAP_32,
  malformed,
} from "./valueSize.ts";

/** The encoded items of a list, or keys and values of a map in turn, as views. */
export function itemsOf(compound: Buffer): readonly Buffer[] {
  const items: Buffer[] = [];
  for (let offset = firstItem(compound); offset < compound.length; ) {
    const end = endOfValue(compound, offset);
    items.push(compound.subarray(offset, end));
    offset = end;
  }
  return items;
}

function firstItem(compound: Buffer): number {
  switch (byteAt(compound, 0)) {
    case LIST_0:
      return 1;
    case LIST_8:
    case MAP_8:
      return 3; // code, size, count
    case LIST_32:
    case MAP_32:
      return 9;
    default:
      throw malformed("neither a list nor a map");
  }
}

/** A described list (`0xd0`) or map (`0xd1`) of items that are encoded already. */
export function encodeSection(
  code: number,
  kind: "list" | "map",
  items: readonly Buffer[],
): Buffer {
  const bytes = items.reduce((total, item) => total + item.length, 0);
  const section = Buffer.allocUnsafe(SECTION_PREFIX + bytes);
  writeSectionPrefix(section, 0, { code, kind, bytes, count: items.length });
  let offset = SECTION_PREFIX;
  for (const item of items) offset += item.copy(section, offset);
  return section;
}

/** Bytes before the items: descriptor, format code, size and count. */
export const SECTION_PREFIX = 12;

export function writeSectionPrefix(
  target: Buffer,
  offset: number,
  {
    code,
    kind,
    bytes,
    count,
  }: { code: number; kind: "list" | "map"; bytes: number; count: number },
): number {
  target[offset] = 0x00;
  target[offset + 1] = 0x53;
  target[offset + 2] = code;
  target[offset + 3] = kind === "list" ? LIST_32 : MAP_32;
  target.writeUInt32BE(bytes + 4, offset + 4); // the size counts the count, too
  target.writeUInt32BE(count, offset + 8);
  return offset + SECTION_PREFIX;
}
