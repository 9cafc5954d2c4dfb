import type { Connection } from "rhea";
import rhea from "rhea";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { splitSections } from "../../../local/amqp/codec/sections.ts";
import { rawClient, receiveRaw, sendRaw } from "../amqp/rawClient.ts";
import { typed, typedParts } from "../amqp/typedValues.ts";
import { elsewhere, useQueue } from "./useQueue.ts";

const { message } = rhea;

describe.skipIf(elsewhere)("values of every AMQP type", () => {
  const { connectionString } = useQueue();
  let connection: Connection;
  beforeEach(async () => {
    connection = await rawClient(connectionString());
  });
  afterEach(() => connection.close());

  it.each(typedParts)("come out of a queue byte for byte in %s", async (_where, content) => {
    const sent = message.encode({ message_id: "m-1", body: "b", ...content });

    await sendRaw(connection, "conformance", sent);
    const received = await receiveRaw(connection, "conformance");

    expect(splitSections(received).bare.toString("hex")).toBe(
      splitSections(sent).bare.toString("hex"),
    );
  });

  it("come out of a queue byte for byte in the sender's own annotations", async () => {
    const sent = message.encode({
      message_id: "m-1",
      body: "b",
      message_annotations: typed,
    });

    await sendRaw(connection, "conformance", sent);
    const received = splitSections(await receiveRaw(connection, "conformance"));

    const items = splitSections(sent).messageAnnotations?.subarray(9).toString("hex");
    expect(items?.length).toBeGreaterThan(300);
    expect(received.messageAnnotations?.toString("hex")).toContain(items);
  });

  it.each([
    ["x-opt-sequence-number", 0x81],
    ["x-opt-enqueued-time", 0x83],
    ["x-opt-locked-until", 0x83],
    ["x-opt-enqueue-sequence-number", 0x81],
    ["x-opt-message-state", 0x71],
  ])("are the service's own in its annotation %s", async (name, code) => {
    await sendRaw(connection, "conformance", message.encode({ body: "b" }));

    const { messageAnnotations } = splitSections(await receiveRaw(connection, "conformance"));

    const key = Buffer.concat([Buffer.from([0xa3, name.length]), Buffer.from(name)]);
    const at = messageAnnotations?.indexOf(key) ?? -1;
    expect(at).toBeGreaterThan(0);
    expect(messageAnnotations?.[at + key.length]).toBe(code);
  });
});
