import type { IncomingMessage, ServerResponse } from "node:http";
import { type Binding, bindLoopback, closeServer } from "./bindLoopback.ts";
import { FaultError } from "./faults/fault.ts";

export type BrokerAdminOptions = Binding & {
  readonly entities: () => unknown;
  readonly operations: () => unknown;
  /** Empties all entities, or the one of this name; false when there is none. */
  readonly reset: (name?: string) => boolean;
  /** Makes something go wrong (faults/faults.ts); undefined for a fault of another name. */
  readonly fault: (name: string, given: unknown) => object | undefined;
};

export type BrokerAdmin = { readonly port: number; readonly close: () => Promise<void> };

// An import of node:http reads all its members, among them one that loads the whole of undici: 14 MB.
const { createServer } = process.getBuiltinModule("node:http");

/** The official emulators' answer to a health check. */
const HEALTHY = { status: "healthy", message: "Service is healthy." };

/** The broker's HTTP side: GET /health, GET /entities, GET /operations, GET /cpu (microseconds), POST /reset[?entity=NAME], POST /faults/{name}. */
export async function serveBrokerAdmin(options: BrokerAdminOptions): Promise<BrokerAdmin> {
  const reset = (name: string | undefined, response: ServerResponse) => {
    if (options.reset(name)) response.writeHead(204).end();
    else json(response, 404, { message: `no entity "${name}" here` });
  };
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { method, url = "/" } = request;
    const { pathname, searchParams } = new URL(url, "http://broker");
    const route = `${method} ${pathname}`;
    const [, fault] = /^POST \/faults\/(.+)$/.exec(route) ?? [];
    if (fault !== undefined) {
      const done = options.fault(fault, await readJson(request));
      json(response, done ? 200 : 404, done ?? { message: `no fault ${fault} here` });
      return;
    }
    request.resume();
    switch (route) {
      case "GET /health":
        json(response, 200, HEALTHY);
        break;
      case "GET /entities":
        json(response, 200, options.entities());
        break;
      case "GET /operations":
        json(response, 200, options.operations());
        break;
      case "GET /cpu":
        json(response, 200, process.cpuUsage());
        break;
      case "POST /reset":
        reset(searchParams.get("entity") ?? undefined, response);
        break;
      default:
        json(response, 404, { message: `no ${route} here` });
    }
  };
  const create = () =>
    createServer((request, response) => {
      answer(request, response).catch((error: unknown) => {
        const status = error instanceof FaultError ? 400 : 500;
        json(response, status, { message: error instanceof Error ? error.message : "failed" });
      });
    });
  const httpServers: ReturnType<typeof create>[] = [];
  const { port, servers } = await bindLoopback(() => {
    const server = create();
    httpServers.push(server);
    return server;
  }, options);
  return {
    port,
    close: async () => {
      const closed = Promise.all(servers.map(closeServer));
      for (const server of httpServers) server.closeAllConnections();
      await closed;
    },
  };
}

const BODY_LIMIT = 10_000;

async function readJson(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > BODY_LIMIT) throw new FaultError("the request is too long");
  }
  try {
    return text === "" ? {} : JSON.parse(text);
  } catch (cause) {
    throw new FaultError("the request is not JSON", { cause });
  }
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
