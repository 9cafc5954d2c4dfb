import type { HttpRequest } from "@azure/functions";
import { TerminalError } from "../errors.ts";

const MAX_LENGTH = 255;

/**
 * The Idempotency-Key header (draft-ietf-httpapi-idempotency-key-header): a quoted string of structured
 * fields (RFC 8941 §3.3.3), and a bare value too, since that is what most clients send; both forms of
 * one value are one key. Throws TerminalError `idempotency-key-missing` or `idempotency-key-invalid`, both 400.
 */
export function idempotencyKeyOf({ headers }: Pick<HttpRequest, "headers">): string {
  const value = headers.get("idempotency-key")?.trim() ?? "";
  if (value === "") {
    throw new TerminalError("idempotency-key-missing", "send an Idempotency-Key header");
  }
  const key = value.startsWith('"') ? unquoted(value) : value;
  if (key === undefined || !/^[\x20-\x7e]+$/.test(key) || key.length > MAX_LENGTH) {
    throw new TerminalError(
      "idempotency-key-invalid",
      `Idempotency-Key must be a quoted string of 1 to ${MAX_LENGTH} printable ASCII characters`,
    );
  }
  return key;
}

/** The header's value for a key of printable ASCII (RFC 8941 §3.3.3). */
export function quotedKey(key: string): string {
  return `"${key.replaceAll(/["\\]/g, "\\$&")}"`;
}

function unquoted(value: string): string | undefined {
  const inner = /^"((?:[^"\\]|\\["\\])*)"$/.exec(value)?.[1];
  return inner?.replaceAll(/\\(["\\])/g, "$1");
}
