import type { RouteParameters } from "../http/routeTemplate.ts";
import type { HttpData } from "../typedData.ts";

export type HttpRequestParts = {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly parameters: RouteParameters;
  readonly body: Uint8Array | undefined;
};

/**
 * A request as the host sends it when bodies are buffered. A query name that comes several times is one
 * value with commas, and client principal headers are dropped: only Easy Auth may write them.
 */
export function toHttpData({ method, url, headers, parameters, body }: HttpRequestParts): HttpData {
  return {
    method,
    url: url.href,
    nullableHeaders: nullable(clientHeaders(headers)),
    nullableQuery: nullable(joinedQuery(url.searchParams)),
    nullableParams: nullable(Object.entries(parameters)),
    body: body === undefined || body.length === 0 ? null : { bytes: body },
  };
}

const PRINCIPAL = "x-ms-client-principal";

/** The headers that reach the app, each as one text. */
export function* clientHeaders(headers: HttpRequestParts["headers"]): Iterable<[string, string]> {
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || name.startsWith(PRINCIPAL)) continue;
    yield [name, typeof value === "string" ? value : value.join(", ")];
  }
}

/** Each name once, its values joined by commas as .NET's StringValues does. */
export function joinedQuery(query: URLSearchParams): Map<string, string> {
  const joined = new Map<string, string>();
  for (const [name, value] of query) {
    const before = joined.get(name);
    joined.set(name, before === undefined ? value : `${before},${value}`);
  }
  return joined;
}

function nullable(entries: Iterable<readonly [string, string]>): Record<string, { value: string }> {
  const result: Record<string, { value: string }> = {};
  for (const [name, value] of entries) result[name] = { value };
  return result;
}
