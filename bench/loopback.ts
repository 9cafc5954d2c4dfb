import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import rhea, { type Connection } from "rhea";

export type Loopback = {
  /** Messages a second that went out, came back and were settled both ways. */
  readonly measure: (messages: number) => Promise<number>;
  readonly stop: () => Promise<void>;
};

const body = Buffer.alloc(1_024, "x");

/**
 * What rhea alone can carry, the yardstick of both brokers: two bare containers in two processes, with the
 * traffic of a queue that is filled and emptied at once, message by message. 1 KB goes out and is
 * accepted, comes back and is accepted. No queue, no lock, no SDK, as many in flight as the credit of
 * 1,000 allows and Nagle's algorithm off, so no broker over rhea can be faster. One way only, it would
 * carry about half as much again.
 */
async function startLoopback(): Promise<Loopback> {
  const peer = fork(fileURLToPath(new URL("loopbackPeer.ts", import.meta.url)));
  const [port] = (await once(peer, "message")) as [number];
  return {
    measure: async (messages) => {
      const connection = rhea
        .create_container({ tcp_no_delay: true })
        .connect({ port, host: "127.0.0.1" });
      try {
        return await roundTrips(connection, messages);
      } finally {
        connection.close();
        await once(connection, "connection_close");
      }
    },
    stop: async () => {
      const exited = once(peer, "exit");
      peer.disconnect();
      await exited;
    },
  };
}

async function roundTrips(connection: Connection, messages: number): Promise<number> {
  const receiver = connection.open_receiver({ source: "loopback", credit_window: 1_000 });
  await once(receiver, "receiver_open");
  const { promise, resolve } = Promise.withResolvers<void>();
  let sent = 0;
  let received = 0;
  receiver.on("message", () => {
    received += 1;
    if (received === messages) resolve();
  });
  const startedAt = performance.now();
  const sender = connection.open_sender("loopback");
  sender.on("sendable", () => {
    while (sent < messages && sender.sendable()) {
      sender.send({ body: rhea.message.data_section(body) });
      sent += 1;
    }
  });
  await promise;
  return messages / ((performance.now() - startedAt) / 1_000);
}

/** A loopback pair for as long as `use` takes. */
export async function withLoopback<T>(use: (loopback: Loopback) => Promise<T>): Promise<T> {
  const loopback = await startLoopback();
  try {
    return await use(loopback);
  } finally {
    await loopback.stop();
  }
}
