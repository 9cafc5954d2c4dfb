import { once } from "node:events";
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { afterEach, describe, expect, it } from "vitest";
import { type AmqpListener, listenAmqp } from "../../../local/amqp/listener.ts";
import { amqpHeader, cutOff, rawSocket } from "./rawFrames.ts";

describe("the listener", () => {
  let listener: AmqpListener | undefined;
  afterEach(() => listener?.close());

  const listen = async (options: { address?: string; maxConnections?: number } = {}) => {
    listener = await listenAmqp({ port: 0, services: [], log: () => {}, ...options });
    return listener.port;
  };
  const outside = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ internal, family }) => !internal && family === "IPv4")?.address;

  /** What a client at this address meets. */
  const meets = async (port: number, host: string): Promise<string> => {
    const socket = connect({ port, host });
    const met = await Promise.race([
      once(socket, "connect").then(() => "a listener"),
      once(socket, "error").then(() => "an error"),
    ]).catch(() => "an error");
    socket.destroy();
    return met;
  };

  it.skipIf(!outside)("is not to be reached from outside unless told to listen there", async () => {
    const inside = await listen();
    expect(await meets(inside, "127.0.0.1")).toBe("a listener");
    expect(await meets(inside, outside ?? "")).toBe("an error");
    await listener?.close();

    const open = await listen({ address: outside ?? "" });

    expect(await meets(open, outside ?? "")).toBe("a listener");
  });

  it("closes connections beyond the bound, and takes new ones when others are gone", async () => {
    const port = await listen({ maxConnections: 2 });
    const first = rawSocket(port, amqpHeader);
    const second = rawSocket(port, amqpHeader);
    await Promise.all([first, second].map((socket) => once(socket, "data")));

    await cutOff(rawSocket(port, amqpHeader));
    first.destroy();
    await once(first, "close");

    await expect
      .poll(async () => {
        const socket = rawSocket(port, amqpHeader);
        const answered = await Promise.race([
          once(socket, "data").then(() => true),
          cutOff(socket).then(() => false),
        ]);
        socket.destroy();
        return answered;
      })
      .toBe(true);
    second.destroy();
  });
});
