import { systemClock } from "../patterns/clock.ts";

/** Retry-After in seconds or as a date (RFC 9110 §10.2.3), as details of an error; empty where there is none. */
export function retryAfterMs(
  headers: { readonly get: (name: string) => string | null | undefined },
  now = systemClock.now,
): { readonly retryAfterMs?: number } {
  const value = headers.get("retry-after")?.trim();
  if (value === undefined || value === "") return {};
  const wait = /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - now();
  return Number.isFinite(wait) && wait > 0 ? { retryAfterMs: Math.ceil(wait) } : {};
}
