import type { QueuesOptions } from "../hostJson.ts";

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** A message's bytes by host.json's `messageEncoding`; undefined for a text that is no base64. */
export function decodeText(
  text: string,
  encoding: QueuesOptions["messageEncoding"],
): Uint8Array | undefined {
  if (encoding === "none") return Buffer.from(text, "utf8");
  const plain = text.replace(/\s+/g, "");
  if (plain.length % 4 !== 0 || !BASE64.test(plain)) return undefined;
  return Buffer.from(plain, "base64");
}
