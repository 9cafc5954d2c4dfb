import type { IncomingMessage, ServerResponse } from "node:http";
import { type Binding, bindLoopback, closeServer } from "./amqp/loopback.ts";

export type BrokerAdminOptions = Binding & {
  readonly entities: () => unknown;
  /** Empties all entities, or the one of this name; false when there is none. */
  readonly reset: (name?: string) => boolean;
};

export type BrokerAdmin = { readonly port: number; readonly close: () => Promise<void> };

// An import of node:http reads all its members, among them one that loads the whole of undici: 14 MB.
const { createServer } = process.getBuiltinModule("node:http");

/** The official emulators' answer to a health check. */
const HEALTHY = { status: "healthy", message: "Service is healthy." };

/** The broker's HTTP side: GET /health, GET /entities, POST /reset, POST /reset?entity=NAME. */
export async function serveBrokerAdmin(options: BrokerAdminOptions): Promise<BrokerAdmin> {
  const reset = (name: string | undefined, response: ServerResponse) => {
    if (options.reset(name)) response.writeHead(204).end();
    else json(response, 404, { message: `no entity "${name}" here` });
  };
  const answer = ({ method, url = "/" }: IncomingMessage, response: ServerResponse) => {
    const { pathname, searchParams } = new URL(url, "http://broker");
    const route = `${method} ${pathname}`;
    switch (route) {
      case "GET /health":
        json(response, 200, HEALTHY);
        break;
      case "GET /entities":
        json(response, 200, options.entities());
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
      request.resume();
      try {
        answer(request, response);
      } catch (error) {
        json(response, 500, { message: error instanceof Error ? error.message : "failed" });
      }
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

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
