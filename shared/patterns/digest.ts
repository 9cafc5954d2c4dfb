import { createHash } from "node:crypto";

/** Service Bus takes 128 characters; the rest is room for the hop number of a copy. */
const MAX_KEY_LENGTH = 100;

/** SHA-256 in lower-case hex: safe in table keys, blob names and alternate keys. */
export function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

/** The key itself as a message id, or its digest where it is too long for one. */
export function messageIdOf(key: string): string {
  return key.length <= MAX_KEY_LENGTH ? key : sha256(key);
}

/** The same name gives the same guid, and no two names are known to share one (RFC 9562 §5.8, version 8). */
export function guidFromName(name: string): string {
  const hex = sha256(name);
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}
