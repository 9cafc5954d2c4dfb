import { describe, expect, it } from "vitest";
import { bodiesOf, receiveOne, useQueue } from "./useQueue.ts";

describe("a queue that forwards", () => {
  const { client, aSender } = useQueue();
  const aTargetReceiver = () => client().createReceiver("conformance");

  it("sends each message on, unchanged but for its number", async () => {
    await client().createSender("conformance").sendMessages({ body: "direct" });
    await aSender("conformance-forwarding").sendMessages([
      { body: 1, messageId: "m-1", applicationProperties: { kept: 7 }, timeToLive: 60_000 },
      { body: 2 },
    ]);
    const receiver = aTargetReceiver();

    const direct = await receiveOne(receiver);
    const first = await receiveOne(receiver);
    const second = await receiveOne(receiver);

    expect(direct).toMatchObject({ body: "direct" });
    expect(direct.enqueuedSequenceNumber).toBe(0);
    expect(first).toMatchObject({
      body: 1,
      messageId: "m-1",
      applicationProperties: { kept: 7 },
      timeToLive: 60_000,
      deliveryCount: 0,
    });
    expect(Number(first.sequenceNumber)).toBe(Number(direct.sequenceNumber) + 1);
    expect(first.enqueuedSequenceNumber).toBeGreaterThan(0);
    expect(second.enqueuedSequenceNumber).toBe(Number(first.enqueuedSequenceNumber) + 1);
  });

  it("sends a scheduled message on when its time comes", async () => {
    const at = new Date(Date.now() + 400);
    await aSender("conformance-forwarding").scheduleMessages({ body: "later" }, at);

    const message = await receiveOne(aTargetReceiver());

    expect(message.body).toBe("later");
    expect(Date.now()).toBeGreaterThanOrEqual(at.getTime());
  });

  it("gives nothing to receivers of its own", async () => {
    const receiver = client().createReceiver("conformance-forwarding");

    await expect(receiver.receiveMessages(1, { maxWaitTimeInMs: 200 })).rejects.toThrow(/forwards/);
  });

  it("takes the dead letters of another, and they go on from there", async () => {
    await aSender("conformance-forwarding-dead").sendMessages({ body: "bad", messageId: "m-2" });
    const receiver = client().createReceiver("conformance-forwarding-dead");
    await receiver.deadLetterMessage(await receiveOne(receiver), {
      deadLetterReason: "bad order",
      deadLetterErrorDescription: "no lines",
    });

    const message = await receiveOne(aTargetReceiver());

    expect(message).toMatchObject({
      body: "bad",
      messageId: "m-2",
      deadLetterReason: "bad order",
      deadLetterSource: "conformance-forwarding-dead",
      deliveryCount: 0,
    });
    const left = client().createReceiver("conformance-forwarding-dead", {
      subQueueType: "deadLetter",
    });
    expect(bodiesOf(await left.peekMessages(10))).toEqual([]);
  });
});
