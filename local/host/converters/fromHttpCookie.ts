import type { HttpCookie } from "../typedData.ts";

const sameSite = { lax: "Lax", strict: "Strict", explicitNone: "None" } as const;

/** The text of a Set-Cookie header, RFC 6265 §4.1.1. Name and value are escaped as .NET's host does. */
export function fromHttpCookie(cookie: HttpCookie): string {
  const parts = [`${encodeURIComponent(cookie.name)}=${encodeURIComponent(cookie.value)}`];
  if (cookie.expires) {
    parts.push(`expires=${new Date(cookie.expires.value.seconds * 1_000).toUTCString()}`);
  }
  if (cookie.maxAge) parts.push(`max-age=${Math.trunc(cookie.maxAge.value)}`);
  if (cookie.domain) parts.push(`domain=${cookie.domain.value}`);
  if (cookie.path) parts.push(`path=${cookie.path.value}`);
  if (cookie.secure?.value) parts.push("secure");
  if (cookie.sameSite && cookie.sameSite !== "none") {
    parts.push(`samesite=${sameSite[cookie.sameSite].toLowerCase()}`);
  }
  if (cookie.httpOnly?.value) parts.push("httponly");
  return parts.join("; ");
}
