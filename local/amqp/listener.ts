import { randomUUID } from "node:crypto";
import { createServer, type Server, type Socket } from "node:net";
import rhea from "rhea";
import { CBS_ADDRESS, createCbsNode } from "./cbs.ts";
import { type ConnectionOptions, type ServedConnection, serveConnection } from "./connection.ts";
import type { AmqpService } from "./node.ts";
import { offerMechanisms } from "./sasl.ts";

export type AmqpListenerOptions = {
  /** 0 takes a free port. */
  readonly port: number;
  readonly services: readonly AmqpService[];
  readonly log: ConnectionOptions["log"];
};

export type AmqpListener = {
  readonly port: number;
  readonly close: () => Promise<void>;
};

const IPV4 = "127.0.0.1";
const IPV6 = "::1";

/**
 * Listens on the loopback addresses, IPv6 where the machine has it. Rejects with the socket's error
 * when the port is taken or forbidden.
 */
export async function listenAmqp({
  port,
  services,
  log,
}: AmqpListenerOptions): Promise<AmqpListener> {
  const container = rhea.create_container({ id: randomUUID() });
  offerMechanisms(container);
  container.on("error", (error: unknown) => log("connection failed", { error }));
  const connections = new Map<Socket, ServedConnection>();

  const resolveEntity: AmqpService["resolve"] = (address) => {
    for (const service of services) {
      const node = service.resolve(address);
      if (node) return node;
    }
    return undefined;
  };
  const cbs = createCbsNode(resolveEntity);
  const resolve: AmqpService["resolve"] = (address) =>
    address.toLowerCase() === CBS_ADDRESS ? cbs : resolveEntity(address);

  const onSocket = (socket: Socket) => {
    connections.set(socket, serveConnection(socket, { container, resolve, log }));
    socket.once("close", () => connections.delete(socket));
  };

  const v4 = createServer(onSocket);
  const actualPort = await listen(v4, port, IPV4);
  const v6 = createServer(onSocket);
  await listen(v6, actualPort, IPV6).catch((error: unknown) => {
    log("IPv6 loopback not served", { error });
  });

  return {
    port: actualPort,
    close: async () => {
      for (const connection of connections.values()) connection.close();
      const forced = setTimeout(() => {
        for (const socket of connections.keys()) socket.destroy();
      }, CLOSE_LIMIT_MS);
      await Promise.all([closed(v4), closed(v6)]);
      clearTimeout(forced);
    },
  };
}

const CLOSE_LIMIT_MS = 500;

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host }, () => {
      server.removeListener("error", reject);
      const address = server.address();
      resolve(typeof address === "object" && address ? address.port : port);
    });
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve()); // an error only says that it never listened
  });
}
