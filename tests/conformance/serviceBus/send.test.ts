import { describe, expect, it } from "vitest";
import { bodiesOf, receive, receiveOne, useQueue } from "./useQueue.ts";

describe("sending", () => {
  const { aSender, aReceiver, send } = useQueue();

  it("brings a message with all that was set on it", async () => {
    const message = {
      body: { order: 7 },
      messageId: "m-1",
      correlationId: "c-1",
      contentType: "application/json",
      subject: "submitted",
      replyTo: "answers",
      to: "somewhere",
      timeToLive: 60_000,
      applicationProperties: { text: "ü", count: 3, fraction: 0.5, yes: true, nothing: null },
    };

    await send(message);

    const received = await receiveOne(aReceiver());
    expect(received).toMatchObject(message);
    expect(received).toMatchObject({ deliveryCount: 0, state: "active" });
    expect(received.sequenceNumber?.toNumber()).toBeGreaterThan(0);
    expect(Date.now() - (received.enqueuedTimeUtc?.getTime() ?? 0)).toBeLessThan(60_000);
    expect(received.lockedUntilUtc?.getTime()).toBeGreaterThan(Date.now());
  });

  it("keeps bodies as they are: bytes, text, values and sequences", async () => {
    const bytes = Buffer.from([0, 1, 2, 255]);
    await send({ body: bytes }, { body: "text" }, { body: null }, { body: [1, { two: 2 }] });
    await aSender().sendMessages({ body: "value", bodyType: "value" } as never);

    const messages = await receive(aReceiver(), 5);

    expect(bodiesOf(messages)).toEqual([bytes, "text", null, [1, { two: 2 }], "value"]);
  });

  it("gives a message without an id one of its own", async () => {
    await send({ body: 1 }, { body: 2 });

    const ids = (await receive(aReceiver(), 2)).map(({ messageId }) => messageId);

    expect(ids).toEqual([
      expect.stringMatching(/^[0-9a-f]{32}$/),
      expect.stringMatching(/^[0-9a-f]{32}$/),
    ]);
    expect(new Set(ids).size).toBe(2);
  });

  it("takes a batch in its order", async () => {
    const sender = aSender();
    const batch = await sender.createMessageBatch();
    for (let n = 0; n < 200; n += 1) batch.tryAddMessage({ body: n });

    await sender.sendMessages(batch);

    const messages = await receive(aReceiver(), 200);
    expect(bodiesOf(messages)).toEqual(Array.from({ length: 200 }, (_, n) => n));
  });

  it("carries a message that needs several frames", async () => {
    const body = Buffer.alloc(200_000, "large");
    await send({ body });

    expect((await receiveOne(aReceiver())).body).toEqual(body);
  });
});
