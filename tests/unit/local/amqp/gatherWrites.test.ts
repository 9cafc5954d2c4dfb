/* oxlint-disable no-underscore-dangle -- Node's names */
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import rhea, { type Connection, type EventContext, type Sender } from "rhea";
import { expect, it, onTestFinished } from "vitest";
import { gatherWrites } from "../../../../local/amqp/gatherWrites.ts";
import type { RheaConnection } from "../../../../local/amqp/rheaInternals.ts";

type Chunk = { readonly chunk: Buffer };

/** A server's connection with a sender that has credit for 100, and the chunks of every system call that writes to its socket. */
async function aServer(prepare: typeof gatherWrites) {
  const accepted = Promise.withResolvers<{ connection: RheaConnection; socket: Socket }>();
  const server = createServer((socket) => {
    const connection = rhea
      .create_container()
      .create_connection({ reconnect: false } as never) as unknown as RheaConnection;
    prepare(connection, socket);
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

  const writes: Buffer[][] = [];
  const writable = socket as unknown as Record<"_write" | "_writev", (...args: unknown[]) => void>;
  const write = writable._write.bind(socket);
  writable._write = (chunk, ...rest) => {
    writes.push([chunk as Buffer]);
    write(chunk, ...rest);
  };
  const writev = writable._writev.bind(socket);
  writable._writev = (chunks, ...rest) => {
    writes.push((chunks as Chunk[]).map(({ chunk }) => chunk));
    writev(chunks, ...rest);
  };

  /** Sends bodies in one turn and waits until the peer has them; answers what it got and what was written. */
  const send = async (bodies: readonly Buffer[]) => {
    const received: Buffer[] = [];
    const all = Promise.withResolvers<void>();
    receiver.on("message", (context: EventContext) => {
      received.push((context.message as { body: { content: Buffer } }).body.content);
      if (received.length === bodies.length) all.resolve();
    });
    for (const [index, body] of bodies.entries()) {
      sender.send(
        { message_id: `m-${index}`, body: rhea.message.data_section(body) },
        Buffer.of(index),
      );
    }
    await all.promise;
    return { received, writes };
  };
  return { send };
}

const bodies = Array.from({ length: 20 }, (_, index) => Buffer.alloc(40 * index * index, index));

it("frames of one turn are written by one system call", async () => {
  const { send } = await aServer(gatherWrites);

  const { writes } = await send(bodies);

  expect(writes).toHaveLength(1);
});

it("what is written is what rhea would have written", async () => {
  const [gathered, plain] = await Promise.all([aServer(gatherWrites), aServer(() => {})]);

  const ours = await gathered.send(bodies);
  const theirs = await plain.send(bodies);

  expect(ours.received).toEqual(bodies);
  expect(Buffer.concat(ours.writes.flat())).toEqual(Buffer.concat(theirs.writes.flat()));
});
