import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { StartUpError } from "../startUpError.ts";

export type Listening = {
  readonly port: number;
  /** Takes no new connection, ends idle ones at once and those with a request after its answer. */
  readonly close: () => Promise<void>;
  /** Cuts every connection that is still open. */
  readonly cut: () => void;
};

const FREE_PORT_ATTEMPTS = 10;

/**
 * Serves HTTP on 127.0.0.1 and ::1, on the same port; port 0 takes a free one. A machine without IPv6 is
 * served on IPv4 alone. A port that is taken or forbidden throws one clear line.
 */
export async function listenOnLoopback(
  wantedPort: number,
  listener: RequestListener,
): Promise<Listening> {
  for (let attempt = 1; ; attempt += 1) {
    const ipv4 = createServer(listener);
    const port = await listen(ipv4, wantedPort, "127.0.0.1");
    const ipv6 = createServer(listener);
    try {
      await listen(ipv6, port, "::1");
      return listening(port, [ipv4, ipv6]);
    } catch (error) {
      if (isWithoutIpv6(error)) return listening(port, [ipv4]);
      ipv4.close();
      // A free port of one family can be taken in the other.
      if (wantedPort !== 0 || attempt === FREE_PORT_ATTEMPTS) throw error;
    }
  }
}

function listening(port: number, servers: readonly Server[]): Listening {
  return {
    port,
    close: async () => {
      await Promise.all(
        servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))),
      );
    },
    cut: () => {
      for (const server of servers) server.closeAllConnections();
    },
  };
}

async function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") {
        reject(new StartUpError(`port ${port} is already in use`, { cause: error }));
      } else if (error.code === "EACCES") {
        reject(new StartUpError(`port ${port} may not be used by this user`, { cause: error }));
      } else reject(error);
    });
    server.listen({ port, host }, () => resolve((server.address() as AddressInfo).port));
  });
}

function isWithoutIpv6(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  return code === "EADDRNOTAVAIL" || code === "EAFNOSUPPORT" || code === "EINVAL";
}
