import type { ServiceBusReceivedMessage, ServiceBusReceiver } from "@azure/service-bus";
import { describe, expect, it } from "vitest";
import { elsewhere, leftIn, newClient, receiveOne, useQueue } from "./useQueue.ts";

type Settle = (
  receiver: ServiceBusReceiver,
  message: ServiceBusReceivedMessage,
) => Promise<unknown>;

const queue = "conformance";

describe.skipIf(elsewhere)("a lock outlives the link that it came by, and $management", () => {
  const { client, aReceiver, aDeadLetterReceiver, inject, send } = useQueue(queue);

  const without = async (lost: "link" | "connection", settle: Settle) => {
    await send({ body: 1 });
    const receiver = client().createReceiver(queue, { maxAutoLockRenewalDurationInMs: 0 });
    const message = await receiveOne(receiver);
    await (lost === "link"
      ? inject("detach-links", { address: queue })
      : inject("drop-connections", {}));
    const result = await settle(receiver, message);
    return { message, result };
  };

  it.each(["link", "connection"] as const)("completes without the %s", async (lost) => {
    await without(lost, (receiver, message) => receiver.completeMessage(message));

    expect(await aReceiver().peekMessages(1)).toEqual([]);
  });

  it.each(["link", "connection"] as const)("abandons without the %s", async (lost) => {
    await without(lost, (receiver, message) => receiver.abandonMessage(message, { tried: 1 }));

    expect(await receiveOne(aReceiver())).toMatchObject({
      deliveryCount: 1,
      applicationProperties: { tried: 1 },
    });
  });

  it.each(["link", "connection"] as const)("defers without the %s", async (lost) => {
    const { message } = await without(lost, (receiver, deferred) =>
      receiver.deferMessage(deferred),
    );

    const receiver = aReceiver();
    expect(await leftIn(receiver)).toEqual([]);
    if (!message.sequenceNumber) throw new Error("a message without a number");
    expect(await receiver.receiveDeferredMessages(message.sequenceNumber)).toHaveLength(1);
  });

  it.each(["link", "connection"] as const)("dead-letters without the %s", async (lost) => {
    await without(lost, (receiver, message) =>
      receiver.deadLetterMessage(message, {
        deadLetterReason: "why",
        deadLetterErrorDescription: "how",
      }),
    );

    expect(await receiveOne(aDeadLetterReceiver())).toMatchObject({
      deadLetterReason: "why",
      deadLetterErrorDescription: "how",
    });
  });

  it.each(["link", "connection"] as const)("renews the lock without the %s", async (lost) => {
    const { message, result } = await without(lost, (receiver, locked) => {
      const before = locked.lockedUntilUtc?.getTime() ?? 0;
      return receiver.renewMessageLock(locked).then((until) => [before, until.getTime()]);
    });

    const [before = 0, after = 0] = result as number[];
    expect(after).toBeGreaterThanOrEqual(before);
    expect(message.lockedUntilUtc?.getTime()).toBe(after);
  });
});

describe.skipIf(elsewhere)("a disposition on its way", () => {
  const { aReceiver, connectionString, inject, send } = useQueue("conformance-short-lock");

  it("that is lost with the connection: the message comes again when its lock ends", async () => {
    await send({ body: 1 });
    await inject("drop-dispositions", { queue: "conformance-short-lock" });
    const impatient = newClient(connectionString(), 500);
    const receiver = impatient.createReceiver("conformance-short-lock");

    const completing = receiver.completeMessage(await receiveOne(receiver));

    await expect(completing).rejects.toBeInstanceOf(Error);
    expect(await receiveOne(aReceiver())).toMatchObject({ body: 1, deliveryCount: 1 });
    await impatient.close();
  });
});
