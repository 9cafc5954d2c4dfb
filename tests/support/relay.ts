import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/**
 * A TCP relay to a broker on this machine whose connections a test can cut, or make deaf to its answers. The target's
 * port may become known later.
 */
export async function startRelay(targetPort: number | (() => number)) {
  const sockets = new Set<Socket>();
  const deaf = new Set<Socket>();
  const targets = new Set<Socket>();
  let isDown = false;
  let isSlow = false;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
  };
  const server = createServer((client) => {
    if (isDown) {
      client.destroy();
      return;
    }
    const port = typeof targetPort === "number" ? targetPort : targetPort();
    const target = connect(port, "127.0.0.1");
    keep(client);
    keep(target);
    client.pipe(target);
    target.on("data", (chunk) => {
      if (!deaf.has(client)) client.write(chunk);
    });
    targets.add(target);
    target.on("close", () => targets.delete(target));
    if (isSlow) target.pause();
    target.on("end", () => client.end());
    target.on("close", () => client.destroy());
    client.on("close", () => target.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    /** From now on nothing that the broker says reaches the clients of today. */
    deafen: () => {
      for (const socket of sockets) deaf.add(socket);
    },
    port: (server.address() as AddressInfo).port,
    cut,
    /** What the broker says waits on the way until `goOn`, also for new connections. */
    hold: () => {
      isSlow = true;
      for (const target of targets) target.pause();
    },
    goOn: () => {
      isSlow = false;
      for (const target of targets) target.resume();
    },
    /** Cuts every connection, and each new one at once, until `up`. */
    down: () => {
      isDown = true;
      cut();
    },
    up: () => {
      isDown = false;
    },
    close: async () => {
      cut();
      server.close();
      await once(server, "close");
    },
  };
}

export type Relay = Awaited<ReturnType<typeof startRelay>>;
