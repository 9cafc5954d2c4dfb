import type { ServiceBusReceivedMessage } from "@azure/service-bus";
import { describe, expect, it } from "vitest";
import { leftIn, receiveOne, useQueue } from "./useQueue.ts";

describe("deferring", () => {
  const { aReceiver, aDeadLetterReceiver, send } = useQueue();

  it("sets a message aside until it is asked for by its number", async () => {
    await send({ body: 1 });
    const receiver = aReceiver();
    const message = await receiveOne(receiver);

    await receiver.deferMessage(message, { why: "too early" });

    expect(await leftIn(receiver)).toEqual([]);
    const [deferred] = await receiver.receiveDeferredMessages(numberOf(message));
    expect(deferred).toMatchObject({
      body: 1,
      deliveryCount: 1,
      state: "deferred",
      applicationProperties: { why: "too early" },
    });
    if (deferred) await receiver.completeMessage(deferred);
    expect(await receiver.peekMessages(1)).toEqual([]);
  });

  it("keeps an abandoned deferred message deferred", async () => {
    await send({ body: 1 });
    const receiver = aReceiver();
    const message = await receiveOne(receiver);
    await receiver.deferMessage(message);
    const [deferred] = await receiver.receiveDeferredMessages(numberOf(message));

    if (deferred) await receiver.abandonMessage(deferred);

    expect(await leftIn(receiver)).toEqual([]);
    expect(await receiver.receiveDeferredMessages(numberOf(message))).toHaveLength(1);
  });

  it("dead-letters a deferred message with its reason", async () => {
    await send({ body: 1 });
    const receiver = aReceiver();
    const message = await receiveOne(receiver);
    await receiver.deferMessage(message);
    const [deferred] = await receiver.receiveDeferredMessages(numberOf(message));

    if (deferred)
      await receiver.deadLetterMessage(deferred, {
        deadLetterReason: "stale",
        deadLetterErrorDescription: "nobody came",
      });

    expect(await receiveOne(aDeadLetterReceiver())).toMatchObject({ deadLetterReason: "stale" });
  });

  it("takes deferred messages out at once in receive-and-delete", async () => {
    await send({ body: 1 });
    const receiver = aReceiver();
    const message = await receiveOne(receiver);
    await receiver.deferMessage(message);
    const deleting = aReceiver("receiveAndDelete");

    expect(await deleting.receiveDeferredMessages(numberOf(message))).toHaveLength(1);

    await expect(receiver.receiveDeferredMessages(numberOf(message))).rejects.toMatchObject({
      code: "MessageNotFound",
    });
  });

  it("does not find by number what is not deferred", async () => {
    await send({ body: 1 });
    const receiver = aReceiver();
    const [active] = await receiver.peekMessages(1);

    await expect(receiver.receiveDeferredMessages(numberOf(active))).rejects.toMatchObject({
      code: "MessageNotFound",
    });
  });
});

function numberOf(message: ServiceBusReceivedMessage | undefined) {
  if (!message?.sequenceNumber) throw new Error("a message without a sequence number");
  return message.sequenceNumber;
}
