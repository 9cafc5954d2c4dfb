/* oxlint-disable no-underscore-dangle -- rhea's and Node's names */
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import rhea, { type Connection, type Sender } from "rhea";
import { expect, it, onTestFinished } from "vitest";
import { gatherWrites } from "../../../../local/amqp/gatherWrites.ts";
import type { RheaConnection } from "../../../../local/amqp/rheaInternals.ts";

/** A server's connection with a sender that has credit for 100, and every system call that writes to its socket. */
async function aServer() {
  const accepted = Promise.withResolvers<{ connection: RheaConnection; socket: Socket }>();
  const server = createServer((socket) => {
    const connection = rhea
      .create_container()
      .create_connection({ reconnect: false } as never) as unknown as RheaConnection;
    gatherWrites(connection, socket);
    connection.accept(socket);
    accepted.resolve({ connection, socket });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const client: Connection = rhea.create_container({ reconnect: false }).connect({
    host: "127.0.0.1",
    port: (server.address() as AddressInfo).port,
  });
  client.on("disconnected", () => {});
  onTestFinished(() => {
    client.close();
    server.close();
  });
  const receiver = client.open_receiver({ source: "queue", credit_window: 100 });
  const { connection, socket } = await accepted.promise;
  const [{ sender }] = (await once(connection, "sender_open")) as [{ sender: Sender }];
  if (!sender.sendable()) await once(sender, "sendable");

  const writes: number[] = [];
  const writable = socket as unknown as Record<"_write" | "_writev", (...args: unknown[]) => void>;
  for (const name of ["_write", "_writev"] as const) {
    const write = writable[name].bind(socket);
    writable[name] = (chunk, ...rest) => {
      writes.push(Array.isArray(chunk) ? chunk.length : 1);
      write(chunk, ...rest);
    };
  }
  return { receiver, sender, writes };
}

it("frames of one turn are written by one system call", async () => {
  const { receiver, sender, writes } = await aServer();
  let received = 0;
  const all = new Promise<void>((resolve) => {
    receiver.on("message", () => {
      received += 1;
      if (received === 20) resolve();
    });
  });

  for (let index = 0; index < 20; index += 1) sender.send({ body: index });
  await all;

  expect(writes).toEqual([20]);
});
