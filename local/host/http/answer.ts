import type { ServerResponse } from "node:http";
import { fromHttpCookie } from "../converters/fromHttpCookie.ts";
import type { HttpData } from "../typedData.ts";

/** Headers that belong to one connection; node:http writes its own (RFC 9110 §7.6.1). */
const hopByHop = new Set([
  "connection",
  "content-length",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Sends a function's answer; no answer at all is 204. */
export function sendAnswer(response: ServerResponse, answer: HttpData | undefined): void {
  if (answer === undefined) {
    response.writeHead(204).end();
    return;
  }
  const headers: Record<string, string | string[] | number> = {};
  for (const [name, value] of Object.entries(answer.headers ?? {})) {
    if (!hopByHop.has(name)) headers[name] = value;
  }
  if (answer.cookies !== undefined && answer.cookies.length > 0) {
    headers["set-cookie"] = answer.cookies.map(fromHttpCookie);
  }
  const status = Number(answer.statusCode);
  const bytes = answer.body?.bytes;
  if (bytes === undefined || status === 204 || status === 304) {
    response.writeHead(status, headers).end();
    return;
  }
  headers["content-length"] = bytes.length;
  response.writeHead(status, headers).end(bytes);
}

/** An answer of the host itself: a bare status, or a JSON value. */
export function sendStatus(response: ServerResponse, status: number, content?: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  // What is left of an unread request must not be taken for the next one.
  const headers = response.req.complete ? {} : { connection: "close" };
  if (content === undefined) {
    response.writeHead(status, { ...headers, "content-length": 0 }).end();
    return;
  }
  const body = JSON.stringify(content);
  response
    .writeHead(status, {
      ...headers,
      "content-type": "application/json; charset=utf-8",
      "content-length": Buffer.byteLength(body),
    })
    .end(body);
}
