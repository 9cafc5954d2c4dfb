import type { IncomingMessage, ServerResponse } from "node:http";
import { toHttpData } from "../converters/toHttpData.ts";
import type { Invoke } from "../invoke.ts";
import { sendAnswer } from "./answer.ts";
import { readBody } from "./readBody.ts";
import type { Route } from "./routeTable.ts";

/** Runs the function for a request and answers it. Rejects where the function failed and nothing is answered. */
export type CallHttpFunction = (
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  route: Route,
) => Promise<void>;

/** The default mode: the function gets the whole body at once and its answer is sent at once. */
export function createBufferedCall(invoke: Invoke, bodyLimitBytes: number): CallHttpFunction {
  return async (request, response, url, { fn, parameters }) => {
    const body = await readBody(request, bodyLimitBytes);
    const { headers, method = "GET" } = request;
    const { returnValue } = await invoke(fn, {
      input: { http: toHttpData({ method, url, headers, parameters, body }) },
      traceParent: singleHeader(headers["traceparent"]),
    });
    sendAnswer(response, returnValue?.http);
  };
}

export function singleHeader(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === "string" ? value : value?.[0];
}
