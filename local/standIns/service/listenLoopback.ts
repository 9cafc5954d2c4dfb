import { once } from "node:events";
import type { AddressInfo, Server } from "node:net";

export type Listening = { readonly port: number; readonly close: () => Promise<void> };

const PORT_TRIES = 10;

/**
 * Listens on 127.0.0.1 and ::1 with one port, so that `localhost` works whichever it resolves to.
 * A machine without IPv6 gets 127.0.0.1 alone. Port 0 picks one that is free on both.
 */
export async function listenLoopback(create: () => Server, port: number): Promise<Listening> {
  for (let tries = 1; ; tries++) {
    const first = await listen(create(), port, "127.0.0.1");
    const actual = (first.address() as AddressInfo).port;
    try {
      const second = await listen(create(), actual, "::1");
      return listening(actual, [first, second]);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EADDRNOTAVAIL" || code === "EAFNOSUPPORT") return listening(actual, [first]);
      await close(first);
      if (code !== "EADDRINUSE" || port !== 0 || tries === PORT_TRIES) throw error;
    }
  }
}

async function listen(server: Server, port: number, host: string): Promise<Server> {
  server.listen({ port, host, exclusive: true });
  await once(server, "listening"); // rejects on "error"
  return server;
}

function listening(port: number, servers: readonly Server[]): Listening {
  return { port, close: async () => void (await Promise.all(servers.map(close))) };
}

async function close(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  await closed;
}
