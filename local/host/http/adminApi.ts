import type { IncomingMessage, ServerResponse } from "node:http";
import { describeFunction, type FunctionInfo } from "../describeFunction.ts";
import type { HostedFunction } from "../functions.ts";
import { sendStatus } from "./answer.ts";
import { readBody } from "./readBody.ts";

export type AdminApi = (
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  isMaster: () => boolean,
) => Promise<void>;

export type AdminOptions = {
  readonly functions: readonly HostedFunction[];
  readonly routePrefix: string;
  /** Runs a function once with a text as its trigger's input; it reports its own failure. */
  readonly runOnce: (fn: HostedFunction, input: string) => Promise<void>;
};

const INPUT_LIMIT_BYTES = 1_048_576;

/**
 * The part of the host's own API that is of use on one machine: `GET /admin/host/ping` (open),
 * `GET /admin/host/status`, `GET /admin/functions`, and `POST /admin/functions/{name}` with `{"input":"…"}`,
 * which answers 202 and runs the function in the background. All but ping ask for the master key.
 */
export function createAdminApi({ functions, routePrefix, runOnce }: AdminOptions): AdminApi {
  const describe = (): readonly FunctionInfo[] =>
    functions.map((fn) => describeFunction(fn, routePrefix));

  return async (request, response, path, isMaster) => {
    const operation = `${request.method} ${path.replace(/\/$/, "").toLowerCase()}`;
    if (operation === "GET /admin/host/ping" || operation === "POST /admin/host/ping") {
      sendStatus(response, 200);
      return;
    }
    if (!isMaster()) {
      sendStatus(response, 401);
      return;
    }
    if (operation === "GET /admin/host/status") {
      sendStatus(response, 200, { id: "local", state: "Running", processId: process.pid });
      return;
    }
    if (operation === "GET /admin/functions") {
      sendStatus(response, 200, describe());
      return;
    }
    const name = /^POST \/admin\/functions\/([^/]+)$/.exec(operation)?.[1];
    const fn = functions.find((candidate) => candidate.name.toLowerCase() === name);
    if (fn === undefined || fn.trigger.type === "http") {
      sendStatus(response, 404);
      return;
    }
    const input = readInput(await readBody(request, INPUT_LIMIT_BYTES));
    if (input === undefined) {
      sendStatus(response, 400);
      return;
    }
    sendStatus(response, 202);
    await runOnce(fn, input);
  };
}

function readInput(body: Uint8Array | undefined): string | undefined {
  if (body === undefined) return "";
  try {
    const content: unknown = JSON.parse(Buffer.from(body).toString("utf8"));
    const input = (content as { input?: unknown } | null)?.input ?? "";
    return typeof input === "string" ? input : undefined;
  } catch {
    return undefined;
  }
}
