import { randomUUID } from "node:crypto";
import {
  type ClientRequest,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import { pipeline } from "node:stream/promises";
import { clientHeaders, joinedQuery } from "../converters/toHttpData.ts";
import type { Invoke } from "../invoke.ts";
import type { TriggerMetadata } from "../typedData.ts";
import { sendStatus } from "./answer.ts";
import { type CallHttpFunction, singleHeader } from "./callHttpFunction.ts";
import type { Route } from "./routeTable.ts";

/** Headers of one connection only (RFC 9110 §7.6.1); node:http has answered `expect` already. */
const notForwarded = new Set(["connection", "expect", "keep-alive", "te", "trailer", "upgrade"]);

/**
 * The mode of `app.setup({ enableHttpStream: true })`: the raw request goes to the library's own loopback
 * server, marked with the invocation's id, while the function is invoked beside it.
 *
 * The library never answers a handler that throws or returns nothing, and the real host then leaves the
 * client waiting (nodejs-library#324). Here such a request is given up and answered 500 or 204.
 */
export function createStreamedCall(invoke: Invoke, libraryServer: string): CallHttpFunction {
  const { port } = new URL(libraryServer);
  return async (request, response, url, route) => {
    const invocationId = randomUUID();
    const upstream = httpRequest({
      host: "127.0.0.1",
      port,
      method: request.method,
      path: `${url.pathname}${url.search}`,
      headers: forwardedHeaders(request, url, invocationId),
    });
    const failed = relayAnswer(upstream, response);
    // Where it fails, the upstream ends without an answer.
    pipeline(request, upstream).catch(() => {});
    response.once("close", () => upstream.destroy());

    const unanswered = invoke(route.fn, {
      invocationId,
      input: { http: {} },
      triggerMetadata: streamMetadata(request, url, route),
      traceParent: singleHeader(request.headers["traceparent"]),
    }).then(
      ({ hasResult }) => (hasResult ? undefined : 204),
      () => 500,
    );
    const status = await Promise.race([unanswered, failed]);
    if (status === undefined) return;
    upstream.destroy();
    sendStatus(response, status);
  };
}

/** Resolves with a status only where no answer comes. */
async function relayAnswer(upstream: ClientRequest, response: ServerResponse): Promise<number> {
  return new Promise((resolve) => {
    upstream.once("error", () => resolve(500));
    upstream.once("response", (answer: IncomingMessage) => {
      const headers = Object.entries(answer.headers).filter(([name]) => !notForwarded.has(name));
      response.writeHead(answer.statusCode ?? 500, Object.fromEntries(headers));
      // An answer cut short cuts the client's connection too: pipeline destroys both.
      pipeline(answer, response).catch(() => {});
    });
  });
}

function forwardedHeaders(
  { headers }: IncomingMessage,
  url: URL,
  invocationId: string,
): Record<string, string> {
  const forwarded = Object.fromEntries(
    [...clientHeaders(headers)].filter(([name]) => !notForwarded.has(name)),
  );
  return {
    ...forwarded,
    "x-ms-invocation-id": invocationId,
    "x-forwarded-host": url.host,
    "x-forwarded-proto": "http",
  };
}

function streamMetadata({ headers }: IncomingMessage, url: URL, route: Route): TriggerMetadata {
  const parameters = Object.entries(route.parameters).map(([name, string]) => [name, { string }]);
  return {
    Headers: { json: JSON.stringify(Object.fromEntries(clientHeaders(headers))) },
    Query: { json: JSON.stringify(Object.fromEntries(joinedQuery(url.searchParams))) },
    ...(Object.fromEntries(parameters) as TriggerMetadata),
  };
}
