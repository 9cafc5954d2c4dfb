import { once } from "node:events";
import rhea, { type Connection } from "rhea";
import { afterEach, describe, expect, it } from "vitest";
import { rawClient, receiveRaw, request, sendRaw } from "../amqp/rawClient.ts";
import { elsewhere, useQueue } from "./useQueue.ts";

const LINKS = 100;
const MESSAGES = 500;
const encoded = (body: string) => rhea.message.encode({ body });

describe.skipIf(elsewhere)("links side by side", () => {
  const { connectionString } = useQueue();
  const connections: Connection[] = [];
  afterEach(() => {
    for (const connection of connections.splice(0)) connection.close();
  });
  const connect = async () => {
    const connection = await rawClient(connectionString());
    connections.push(connection);
    return connection;
  };

  it("share one AMQP session by the hundred, with requests among them", async () => {
    const connection = await connect();
    const seen: string[] = [];
    const receivers = Array.from({ length: LINKS }, () =>
      connection.open_receiver({ source: { address: "conformance" }, credit_window: 10 }),
    );
    for (const receiver of receivers) {
      receiver.on("message", ({ message }: rhea.EventContext) => seen.push(String(message?.body)));
    }
    const senders = Array.from({ length: LINKS }, () => connection.open_sender("conformance"));
    await Promise.all(senders.map((sender) => once(sender, "sendable")));

    for (let n = 0; n < MESSAGES; n += 1) senders[n % LINKS]?.send({ body: `m-${n}` });
    const { status } = await request(
      connection,
      "conformance/$management",
      "com.microsoft:peek-message",
      {
        "from-sequence-number": rhea.types.wrap_long(0),
        "message-count": rhea.types.wrap_int(1),
      },
    );

    await expect.poll(() => new Set(seen).size, { timeout: 10_000 }).toBe(MESSAGES);
    expect(seen).toHaveLength(MESSAGES);
    expect([200, 204]).toContain(status);
  });

  it("a receiver without credit holds up none of its session's other links", async () => {
    const connection = await connect();
    const starved = connection.open_receiver({
      source: { address: "conformance" },
      credit_window: 0,
    });
    await once(starved, "receiver_open");

    await sendRaw(connection, "conformance", encoded("x"));

    expect((await receiveRaw(connection, "conformance")).toString()).toContain("x");
  });

  it("work in several sessions of several connections at once", async () => {
    const pairs = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const connection = await connect();
        return [connection.create_session(), connection.create_session()] as const;
      }),
    );
    const sessions = pairs.flat();
    for (const session of sessions) session.begin();

    const outcomes = await Promise.all(
      sessions.map((session, n) => sendRaw(session, "conformance", encoded(`s-${n}`))),
    );
    const received = await Promise.all(
      sessions.map((session) => receiveRaw(session, "conformance")),
    );

    expect(new Set(outcomes.map(({ state }) => state))).toEqual(new Set(["accepted"]));
    const bodies = received.map((message) => /s-\d/.exec(message.toString("latin1"))?.[0]);
    expect(new Set(bodies)).toEqual(new Set(sessions.map((_, n) => `s-${n}`)));
  });

  it("may have one name in both directions", async () => {
    const connection = await connect();
    const receiver = connection.open_receiver({ name: "same", source: { address: "conformance" } });
    await once(receiver, "receiver_open");
    const session = connection.create_session();
    session.begin();
    const sender = session.open_sender({ name: "same", target: { address: "conformance" } });
    await once(sender, "sendable");

    sender.send({ body: "through" });

    const [{ message }] = (await once(receiver, "message")) as [rhea.EventContext];
    expect(message?.body).toBe("through");
  });
});
