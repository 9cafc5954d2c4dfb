import type { AddressInfo, Server } from "node:net";

export type Bound<S extends Server> = { readonly port: number; readonly servers: readonly S[] };

export type Binding = {
  /** 0 takes a port that is free on every address. */
  readonly port: number;
  /** The one address to listen on; both loopback addresses where absent. */
  readonly address?: string | undefined;
};

const FREE_PORT_ATTEMPTS = 10;
const NO_IPV6 = new Set(["EADDRNOTAVAIL", "EAFNOSUPPORT", "EINVAL"]);

/**
 * Binds 127.0.0.1 and ::1 to one port, so that `localhost` works whichever it resolves to; a machine
 * without IPv6 gets 127.0.0.1 alone. A taken or forbidden port rejects with one line that names it.
 */
export async function bindLoopback<S extends Server>(
  create: () => S,
  { port, address }: Binding,
): Promise<Bound<S>> {
  for (let attempt = 1; ; attempt += 1) {
    const first = await listen(create(), port, address ?? "127.0.0.1");
    const actual = (first.address() as AddressInfo).port;
    if (address !== undefined) return { port: actual, servers: [first] };
    try {
      return { port: actual, servers: [first, await listen(create(), actual, "::1")] };
    } catch (error) {
      const { code = "" } = (error as Error).cause as NodeJS.ErrnoException;
      if (NO_IPV6.has(code)) return { port: actual, servers: [first] };
      await closeServer(first);
      if (port !== 0 || attempt === FREE_PORT_ATTEMPTS) throw error;
    }
  }
}

/** Resolves when the server and its connections are closed. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

function listen<S extends Server>(server: S, port: number, host: string): Promise<S> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) =>
      reject(new Error(reasonFor(error, { port, host }), { cause: error }));
    server.once("error", fail);
    server.listen({ port, host, exclusive: true }, () => {
      server.removeListener("error", fail);
      resolve(server);
    });
  });
}

function reasonFor(
  { code, message }: NodeJS.ErrnoException,
  { port, host }: { readonly port: number; readonly host: string },
): string {
  if (code === "EADDRINUSE") return `port ${port} is already in use`;
  if (code === "EACCES") return `port ${port} may not be used by this user`;
  return `cannot listen on ${host}:${port}: ${message}`;
}
