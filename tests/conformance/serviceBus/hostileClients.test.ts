import { fork } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { startBroker } from "../../support/startBroker.ts";
import { elsewhere, receiveOne, useQueue } from "./useQueue.ts";

const AMQP_HEADER = Buffer.from("414d515000010000", "hex");
const SASL_HEADER = Buffer.from("414d515003010000", "hex");

/** A frame of type AMQP on channel 0 with this body. */
function frame(body: Buffer): Buffer {
  const header = Buffer.from([0, 0, 0, 0, 2, 0, 0, 0]);
  header.writeUInt32BE(header.length + body.length);
  return Buffer.concat([header, body]);
}

describe.skipIf(elsewhere)("bytes that are no AMQP", () => {
  it.each([
    ["an HTTP request", [Buffer.from("GET / HTTP/1.1\r\nHost: x\r\n\r\n")]],
    ["zeros", [Buffer.alloc(10_000)]],
    ["a SASL header and noise", [SASL_HEADER, Buffer.alloc(1_000, 0xa5)]],
    [
      "a frame with an unknown performative",
      [AMQP_HEADER, frame(Buffer.from("005399c0020100", "hex"))],
    ],
    ["a transfer without a session", [AMQP_HEADER, frame(Buffer.from("005314c003014300", "hex"))]],
    [
      "a begin twice as long as it says",
      [AMQP_HEADER, frame(Buffer.from("005311c0ff0140", "hex"))],
    ],
    ["a frame that never ends", [AMQP_HEADER, Buffer.from("7fffffff02000000", "hex")]],
  ])("end their connection and nothing else: %s", async (_what, chunks) => {
    const broker = await startBroker({});
    const port = Number(/:(\d+);/.exec(broker.connectionString)?.[1]);
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => {}).resume();

    for (const chunk of chunks) socket.write(chunk);
    socket.end();
    await once(socket, "close");

    const { status } = await fetch(`${broker.adminUrl}/health`);
    expect(status).toBe(200);
    await broker.stop();
  });
});

describe("a client that vanishes", () => {
  const { aReceiver, connectionString, send } = useQueue("conformance-short-lock");

  it("leaves its messages locked until the lock ends, then others get them", async () => {
    await send({ body: 1 });
    const vanishing = fork(fileURLToPath(new URL("vanishingClient.ts", import.meta.url)), {
      execArgv: [],
      env: { ...process.env, QUEUE: "conformance-short-lock", CONNECTION: connectionString() },
    });
    await once(vanishing, "message");
    vanishing.kill("SIGKILL");

    const message = await receiveOne(aReceiver());

    expect(message).toMatchObject({ body: 1, deliveryCount: 1 });
  });
});
