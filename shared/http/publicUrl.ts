import type { HttpRequest } from "@azure/functions";

/**
 * The request's address as its caller wrote it, without query (which may hold a key). Behind a front
 * end, host and scheme are those it was asked for; a value that is no host or no web scheme is ignored.
 */
export function publicUrl({ url, headers }: Pick<HttpRequest, "url" | "headers">): string {
  const { protocol, host, pathname } = new URL(url);
  const scheme = forwarded(headers, "x-forwarded-proto", /^https?$/) ?? protocol.slice(0, -1);
  const authority =
    forwarded(headers, "x-forwarded-host", /^(\[[0-9a-f:.]+\]|[\w.-]+)(:\d{1,5})?$/i) ?? host;
  return `${scheme}://${authority}${pathname.replace(/\/+$/, "")}`;
}

/** Proxies append to the list; the first entry is what the caller used. */
function forwarded(
  headers: HttpRequest["headers"],
  name: string,
  pattern: RegExp,
): string | undefined {
  const first = headers.get(name)?.split(",")[0]?.trim();
  return first !== undefined && pattern.test(first) ? first : undefined;
}
