import { crc32 } from "node:zlib";

/*
 * A frame is what one write puts into a file: marker (4 bytes), payload length (4), CRC-32 of length and
 * payload (4), payload. It counts whole or not at all, so changes that belong together share one.
 */
const MARKER = Buffer.from([0xf7, 0x4a, 0x4c, 0x31]);
const LENGTH_AT = 4;
const CRC_AT = 8;
export const FRAME_HEADER = 12;

/** No write comes near; a longer length is no length. */
const MAX_PAYLOAD = 0x3fff_ffff;

/** Completes the frame in `bytes`, whose payload begins at FRAME_HEADER and reaches to the end. */
export function sealFrame(bytes: Buffer): void {
  MARKER.copy(bytes);
  bytes.writeUInt32LE(bytes.length - FRAME_HEADER, LENGTH_AT);
  bytes.writeUInt32LE(checksum(bytes, bytes.length), CRC_AT);
}

export type FrameSight =
  | { readonly kind: "frame"; readonly payload: Buffer; readonly end: number }
  /** More bytes than there are would be needed to tell. */
  | { readonly kind: "partial"; readonly needed: number }
  | { readonly kind: "none" };

/** What stands at the beginning of `bytes`. */
export function readFrame(bytes: Buffer): FrameSight {
  if (bytes.length < FRAME_HEADER) return { kind: "partial", needed: FRAME_HEADER };
  if (!bytes.subarray(0, MARKER.length).equals(MARKER)) return { kind: "none" };
  const length = bytes.readUInt32LE(LENGTH_AT);
  if (length === 0 || length > MAX_PAYLOAD) return { kind: "none" };
  const end = FRAME_HEADER + length;
  if (bytes.length < end) return { kind: "partial", needed: end };
  if (bytes.readUInt32LE(CRC_AT) !== checksum(bytes, end)) return { kind: "none" };
  return { kind: "frame", payload: bytes.subarray(FRAME_HEADER, end), end };
}

/** Where a whole frame begins in `bytes`, not looking at the first byte; undefined where none does. */
export function findFrame(bytes: Buffer): number | undefined {
  let at = bytes.indexOf(MARKER, 1);
  while (at >= 0) {
    if (readFrame(bytes.subarray(at)).kind === "frame") return at;
    at = bytes.indexOf(MARKER, at + 1);
  }
  return undefined;
}

function checksum(bytes: Buffer, end: number): number {
  return crc32(bytes.subarray(FRAME_HEADER, end), bytes.readUInt32LE(LENGTH_AT));
}
