import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Log } from "../log.ts";
import type { AdminApi } from "./adminApi.ts";
import { sendStatus } from "./answer.ts";
import type { CallHttpFunction } from "./callHttpFunction.ts";
import type { Authorize } from "./keys.ts";
import { BodyTooLargeError } from "./readBody.ts";
import type { RouteTable } from "./routeTable.ts";

export type RequestListenerOptions = {
  readonly routes: RouteTable;
  readonly authorize: Authorize;
  readonly admin: AdminApi;
  readonly call: CallHttpFunction;
  readonly log: Log;
};

/**
 * Every request's way: address, /admin, route (404, also for another method), key (401, before any of the
 * body is read), function. What fails on the way is answered here, so that no request stays open.
 */
export function createRequestListener(options: RequestListenerOptions): RequestListener {
  const { log } = options;
  return (request, response) => {
    serve(options, request, response).catch((error: unknown) => {
      if (error instanceof BodyTooLargeError) {
        sendStatus(response, 413);
        return;
      }
      if (!request.destroyed || request.complete) {
        const reason = error instanceof Error ? error.message : String(error);
        log("debug", "Host.Http", `${request.method} failed: ${reason}`);
      }
      sendStatus(response, 500);
    });
  };
}

async function serve(
  { routes, authorize, admin, call }: RequestListenerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = requestUrl(request);
  if (url === null) {
    sendStatus(response, 400);
    return;
  }
  const key = request.headers["x-functions-key"];
  if (/^\/admin(\/|$)/i.test(url.pathname)) {
    await admin(request, response, url.pathname, () => authorize("admin", key, url.searchParams));
    return;
  }
  const route = routes.find(request.method ?? "", url.pathname);
  if (route === undefined) {
    sendStatus(response, 404);
    return;
  }
  if (!authorize(route.fn.trigger.authLevel, key, url.searchParams)) {
    sendStatus(response, 401);
    return;
  }
  await call(request, response, url, route);
}

/** The address as the client sees it, or null where target or Host header make none. */
function requestUrl({ url = "", headers }: IncomingMessage): URL | null {
  if (!url.startsWith("/")) return URL.parse(url);
  return URL.parse(`http://${headers.host ?? "localhost"}${url}`);
}
