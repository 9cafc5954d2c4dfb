import type { ServiceBusReceivedMessage } from "@azure/service-bus";
import { describe, expect, it } from "vitest";
import { receiveOne, useQueue } from "./useQueue.ts";

describe("a lock", () => {
  const { client, aReceiver, send } = useQueue("conformance-short-lock");

  it("ends on time: the message comes again, and the old lock settles nothing", async () => {
    await send({ body: 1 });
    const receiver = aReceiver();
    const first = await receiveOne(receiver);

    const second = await receiveOne(aReceiver());

    expect(second).toMatchObject({ body: 1, deliveryCount: 1 });
    expect(Date.now()).toBeGreaterThanOrEqual(endOf(first));
    await expect(receiver.completeMessage(first)).rejects.toMatchObject({
      code: "MessageLockLost",
    });
  });

  it("lasts longer when it is renewed", async () => {
    await send({ body: 1 });
    const receiver = aReceiver();
    const message = await receiveOne(receiver);
    const firstEnd = endOf(message);

    // Renewing until the first lock would be over by a good part of its length.
    while (Date.now() < firstEnd + 400) {
      const renewedUntil = await receiver.renewMessageLock(message);
      expect(renewedUntil.getTime()).toBeGreaterThan(Date.now());
      await new Promise((resolve) => setTimeout(resolve, 200));
    }

    await receiver.completeMessage(message);
    expect(await receiver.peekMessages(1)).toEqual([]);
  });

  it("cannot be renewed once it ended", async () => {
    await send({ body: 1 });
    const receiver = aReceiver();
    const message = await receiveOne(receiver);
    await receiveOne(aReceiver());

    await expect(receiver.renewMessageLock(message)).rejects.toMatchObject({
      code: "MessageLockLost",
    });
  });

  it("is renewed by the client itself while a handler works", async () => {
    await send({ body: 1 });
    const renewing = client().createReceiver("conformance-short-lock");
    const lockEnds = await new Promise<number>((resolve, reject) => {
      renewing.subscribe(
        {
          processMessage: async (message) => {
            const firstEnd = endOf(message);
            while (Date.now() < firstEnd + 300) await new Promise((wake) => setTimeout(wake, 100));
            resolve(firstEnd);
          },
          processError: ({ error }) => Promise.resolve(reject(error)),
        },
        { autoCompleteMessages: true },
      );
    });

    expect(Date.now()).toBeGreaterThan(lockEnds);
    await expect.poll(() => aReceiver().peekMessages(1), { timeout: 5_000 }).toEqual([]);
  });
});

function endOf({ lockedUntilUtc }: ServiceBusReceivedMessage): number {
  return lockedUntilUtc?.getTime() ?? Number.NaN;
}
