import type { EventDataBatch } from "@azure/event-hubs";
import { describe, expect, it } from "vitest";
import { receive } from "./receive.ts";
import { useEventHub } from "./useEventHub.ts";

describe("what is sent arrives unchanged", () => {
  const { aProducer, aConsumer, ends } = useEventHub();

  const sendAndReceive = async (event: Parameters<EventDataBatch["tryAdd"]>[0]) => {
    const startPosition = await ends();
    const producer = aProducer();
    const batch = await producer.createBatch();
    batch.tryAdd(event);
    await producer.sendBatch(batch);
    const [received] = await receive(aConsumer(), { count: 1, startPosition });
    if (!received) throw new Error("receive gave no event");
    return received;
  };

  it.each([
    ["text", "text äöü €"],
    ["empty text", ""],
    ["number", 5],
    ["fraction", 5.25],
    ["boolean", false],
    ["null", null],
    ["object", { a: [1, "2", { b: null }] }],
    ["bytes", Buffer.from([0, 255, 128, 10])],
  ])("a body: %s", async (_, body) => {
    const event = await sendAndReceive({ body });

    expect(event.body).toEqual(body);
  });

  it("an AMQP value body and an AMQP sequence body", async () => {
    const value = await sendAndReceive({ body: { n: 5 }, bodyType: "value" });
    const sequence = await sendAndReceive({ body: [[1, 2]], bodyType: "sequence" });

    expect([value.getRawAmqpMessage().bodyType, value.body]).toEqual(["value", { n: 5 }]);
    expect([sequence.getRawAmqpMessage().bodyType, sequence.body]).toEqual(["sequence", [[1, 2]]]);
  });

  it("properties of each type, message id, correlation id and content type", async () => {
    const sent = {
      body: "b",
      properties: { text: "x", whole: 7, negative: -7, large: 2 ** 40, fraction: 0.5, yes: true },
      messageId: "m-1",
      correlationId: "c-1",
      contentType: "application/json",
    };

    const { properties, messageId, correlationId, contentType } = await sendAndReceive(sent);

    expect({ body: "b", properties, messageId, correlationId, contentType }).toEqual(sent);
  });

  it("header and annotations of a raw AMQP message", async () => {
    const event = await sendAndReceive({
      body: "raw",
      bodyType: "data",
      header: { priority: 7, timeToLive: 60_000 },
      messageAnnotations: { "x-own": "kept" },
      properties: { subject: "s", replyTo: "r", groupId: "g" },
      footer: { "x-foot": 1 },
    });

    const raw = event.getRawAmqpMessage();
    expect(event.systemProperties).toMatchObject({ "x-own": "kept", subject: "s" });
    expect(raw.header).toMatchObject({ priority: 7, timeToLive: 60_000 });
    expect(raw.properties).toMatchObject({ subject: "s", replyTo: "r", groupId: "g" });
    expect(raw.footer).toEqual({ "x-foot": 1 });
  });

  it("and carries its position", async () => {
    const before = Date.now();

    const { sequenceNumber, offset, enqueuedTimeUtc, partitionKey } = await sendAndReceive({
      body: 1,
    });

    expect(sequenceNumber).toBeTypeOf("number");
    expect(offset).toMatch(/^\d+$/);
    expect(Math.abs(enqueuedTimeUtc.getTime() - before)).toBeLessThan(60_000);
    expect(partitionKey).toBeUndefined();
  });
});
