import type { IncomingMessage, ServerResponse } from "node:http";
import { describeFunction } from "../describeFunction.ts";
import type { Drain } from "../drain.ts";
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
  readonly hostId: string;
  readonly drain: Drain;
  /** Runs a function once with a text as its trigger's input; it reports its own failure. */
  readonly runOnce: (fn: HostedFunction, input: string) => Promise<void>;
};

const INPUT_LIMIT_BYTES = 1_048_576;

type Operation = (request: IncomingMessage, response: ServerResponse) => unknown;

/**
 * The part of the host's own API that is of use on one machine. Open: `/admin/host/ping`. With the master
 * key: `/admin/host/status`; `POST /admin/host/drain` (202), its `/status`, and `POST /admin/host/resume`;
 * `GET /admin/functions[/{name}[/status]]`; and `POST /admin/functions/{name}` with `{"input":"…"}`, which
 * answers 202 and runs the function in the background.
 */
export function createAdminApi(options: AdminOptions): AdminApi {
  const host = hostOperations(options);
  return async (request, response, path, isMaster) => {
    const { method = "" } = request;
    const address = path.replace(/\/$/, "").toLowerCase();
    if (address === "/admin/host/ping" && (method === "GET" || method === "POST")) {
      sendStatus(response, 200);
      return;
    }
    if (!isMaster()) {
      sendStatus(response, 401);
      return;
    }
    const operation = host[`${method} ${address}`] ?? functionOperation(options, method, address);
    if (operation === undefined) sendStatus(response, 404);
    else await operation(request, response);
  };
}

function hostOperations({
  functions,
  routePrefix,
  hostId,
  drain,
}: AdminOptions): Readonly<Record<string, Operation | undefined>> {
  return {
    "GET /admin/host/status": (_request, response) =>
      sendStatus(response, 200, {
        id: hostId,
        state: "Running",
        processId: process.pid,
        processUptime: Math.round(process.uptime() * 1_000),
      }),
    "POST /admin/host/drain": (_request, response) => {
      drain.begin();
      sendStatus(response, 202);
    },
    "GET /admin/host/drain/status": (_request, response) =>
      sendStatus(response, 200, drain.status()),
    "POST /admin/host/resume": async (_request, response) => {
      await drain.resume();
      sendStatus(response, 200, { state: "Running" });
    },
    "GET /admin/functions": (_request, response) =>
      sendStatus(
        response,
        200,
        functions.map((fn) => describeFunction(fn, routePrefix)),
      ),
  };
}

/** Names are compared without regard to case, as the real host does. */
function functionOperation(
  { functions, routePrefix, runOnce }: AdminOptions,
  method: string,
  address: string,
): Operation | undefined {
  const [, name, rest] = /^\/admin\/functions\/([^/]+)(\/status)?$/.exec(address) ?? [];
  const fn = functions.find((candidate) => candidate.name.toLowerCase() === name);
  if (fn === undefined) return undefined;
  if (method === "GET") {
    // A function in error never gets here: it stops the host's start.
    const body = rest === undefined ? describeFunction(fn, routePrefix) : { errors: null };
    return (_request, response) => sendStatus(response, 200, body);
  }
  if (method !== "POST" || rest !== undefined || fn.trigger.type === "http") return undefined;
  return async (request, response) => {
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
