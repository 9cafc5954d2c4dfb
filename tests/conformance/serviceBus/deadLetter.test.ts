import { describe, expect, it } from "vitest";
import { bodiesOf, leftIn, receive, receiveOne, useQueue } from "./useQueue.ts";

describe("dead-lettering", () => {
  const { aReceiver, aDeadLetterReceiver, aSender, send } = useQueue();

  it("moves a message to the sub-queue with reason, description and properties", async () => {
    await send({ body: 1, messageId: "m-1", applicationProperties: { kept: "x" } });
    const receiver = aReceiver();
    const message = await receiveOne(receiver);

    await receiver.deadLetterMessage(message, {
      deadLetterReason: "no-such-order",
      deadLetterErrorDescription: "order 7 is unknown",
      attempts: 3,
    });

    expect(await leftIn(aReceiver())).toEqual([]);
    const dead = await receiveOne(aDeadLetterReceiver());
    expect(dead).toMatchObject({
      body: 1,
      messageId: "m-1",
      deadLetterReason: "no-such-order",
      deadLetterErrorDescription: "order 7 is unknown",
      applicationProperties: { kept: "x", attempts: 3 },
    });
    expect(dead.sequenceNumber?.toString()).toBe(message.sequenceNumber?.toString());
  });

  it("needs no reason", async () => {
    await send({ body: 1 });
    const receiver = aReceiver();

    await receiver.deadLetterMessage(await receiveOne(receiver));

    expect(await receiveOne(aDeadLetterReceiver())).toMatchObject({
      body: 1,
      deadLetterReason: undefined,
    });
  });

  it("keeps dead letters until they are completed", async () => {
    await send({ body: 1 });
    const receiver = aReceiver();
    await receiver.deadLetterMessage(await receiveOne(receiver));
    const deadLetters = aDeadLetterReceiver("peekLock");

    await deadLetters.abandonMessage(await receiveOne(deadLetters));
    await deadLetters.completeMessage(await receiveOne(deadLetters));

    expect(await leftIn(deadLetters)).toEqual([]);
  });

  it("peeks into the sub-queue", async () => {
    await send({ body: 1 }, { body: 2 });
    const receiver = aReceiver();
    for (const message of await receive(receiver, 2)) await receiver.deadLetterMessage(message);

    expect(bodiesOf(await aDeadLetterReceiver().peekMessages(10))).toEqual([1, 2]);
  });

  it("lets nobody send to the sub-queue", async () => {
    const sender = aSender("conformance/$DeadLetterQueue");

    await expect(sender.sendMessages({ body: 1 })).rejects.toThrow(/cannot be sent|not allowed/i);
  });
});
