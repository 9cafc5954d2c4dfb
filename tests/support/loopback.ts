import { once } from "node:events";
import { createServer as createHttpServer, type RequestListener } from "node:http";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";

export type Loopback = { readonly url: string; readonly stop: () => Promise<void> };

/** An HTTP server on a free loopback port. */
export async function startHttp(answer: RequestListener): Promise<Loopback> {
  return listen(createHttpServer(answer));
}

/** Accepts connections and never answers, as a blackholed service does. */
export async function startSilent(): Promise<Loopback> {
  return listen(createServer((socket) => void socket.on("error", () => undefined)));
}

/** A port that refuses connections: free a moment ago, and nobody listens. */
export async function refusedUrl(): Promise<string> {
  const { url, stop } = await startSilent();
  await stop();
  return url;
}

async function listen(server: Server): Promise<Loopback> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
