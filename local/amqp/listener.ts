import { randomUUID } from "node:crypto";
import { createServer, type Socket } from "node:net";
import rhea from "rhea";
import { type Binding, bindLoopback, closeServer } from "../bindLoopback.ts";
import type { AmqpError } from "./amqpError.ts";
import { CBS_ADDRESS, createCbsNode } from "./cbs.ts";
import { type ConnectionOptions, type ServedConnection, serveConnection } from "./connection.ts";
import { limits } from "./limits.ts";
import type { AmqpService } from "./node.ts";
import { offerMechanisms } from "./sasl.ts";
import { writeAfter } from "./writeAfter.ts";

export type AmqpListenerOptions = Binding & {
  readonly services: readonly AmqpService[];
  /** Called before anything is written to a client; see {@link writeAfter}. */
  readonly beforeWrite?: (() => void) | undefined;
  readonly log: ConnectionOptions["log"];
  /** Open sockets at most; those beyond are closed at once. */
  readonly maxConnections?: number;
};

export type AmqpListener = {
  readonly port: number;
  /** Detaches links whose address is this one or lies below it; answers how many. */
  readonly detach: (address: string, error: AmqpError) => number;
  /** Cuts every connection without a word; answers how many. */
  readonly cut: () => number;
  /** Tells clients that the connection is forced to close, and cuts those that do not follow. */
  readonly close: () => Promise<void>;
};

const CLOSE_LIMIT_MS = 500;

/** Serves AMQP 1.0 for all the services on one port; see {@link bindLoopback} for where. */
export async function listenAmqp(options: AmqpListenerOptions): Promise<AmqpListener> {
  const { services, beforeWrite, log, maxConnections = limits.connections } = options;
  const container = rhea.create_container({ id: randomUUID() });
  offerMechanisms(container);
  container.on("error", (error: unknown) => log("connection failed", { error }));

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

  const shared = { container, resolve, incompleteOfAll: { bytes: 0 }, log };
  const connections = new Map<Socket, ServedConnection>();
  const onSocket = (socket: Socket) => {
    if (connections.size >= maxConnections) {
      log("connection refused", { maxConnections });
      socket.destroy();
      return;
    }
    if (beforeWrite) writeAfter(socket, beforeWrite);
    connections.set(socket, serveConnection(socket, shared));
    socket.once("close", () => connections.delete(socket));
  };
  const { port, servers } = await bindLoopback(
    // Replies are several small frames; Nagle would hold each but the first for the peer's delayed ACK.
    () => createServer({ noDelay: true }, onSocket),
    options,
  );

  return {
    port,
    detach: (address, error) => {
      let detached = 0;
      for (const connection of connections.values()) detached += connection.detach(address, error);
      return detached;
    },
    cut: () => {
      const { size } = connections;
      for (const socket of connections.keys()) socket.destroy();
      return size;
    },
    close: async () => {
      const closed = Promise.all(servers.map(closeServer));
      for (const connection of connections.values()) connection.close();
      const cut = setTimeout(() => {
        for (const socket of connections.keys()) socket.destroy();
      }, CLOSE_LIMIT_MS);
      await closed;
      clearTimeout(cut);
    },
  };
}
