/** The key of an `Idempotency-Key` header: an RFC 8941 string, or a bare value; null when absent or empty. */
export function idempotencyKey(header: string | string[] | undefined): string | null {
  if (typeof header !== "string") return null;
  const quoted = /^"((?:[^"\\]|\\["\\])*)"$/.exec(header.trim());
  const key = quoted?.[1]?.replace(/\\(["\\])/g, "$1") ?? header.trim();
  return key === "" || key === '""' ? null : key;
}
