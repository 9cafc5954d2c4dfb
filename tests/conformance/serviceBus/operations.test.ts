import { describe, expect, it } from "vitest";
import { operationsBetween, operationsOf } from "../../../local/outside/operations.ts";
import { elsewhere, receive, receiveOne, useQueue } from "./useQueue.ts";

const NAME = "conformance";
const LATER = new Date(Date.now() + 3_600_000);

describe.skipIf(elsewhere)("operations of clients", () => {
  const queue = useQueue(NAME);

  /** What an action cost, by the broker's own count: a service that is not ours has no such port. */
  const counted = async (action: () => Promise<void>, name = NAME) => {
    const url = queue.adminUrl();
    const before = await operationsOf(url, name);
    await action();
    return operationsBetween(before, await operationsOf(url, name));
  };

  it("are counted a message each: sent, scheduled, cancelled", async () => {
    const sender = queue.aSender();

    const counts = await counted(async () => {
      await sender.sendMessages({ body: 1 });
      await sender.sendMessages([{ body: 2 }, { body: 3 }]);
      const [first] = await sender.scheduleMessages([{ body: 4 }, { body: 5 }], LATER);
      await sender.cancelScheduledMessages(first as never);
    });

    expect(counts).toEqual({ sent: 3, scheduled: 2, cancelled: 1 });
  });

  it("are counted by how a delivery was settled", async () => {
    await queue.send({ body: 1 }, { body: 2 }, { body: 3 });
    const receiver = queue.aReceiver();

    const counts = await counted(async () => {
      const [first, second, third] = await receive(receiver, 3);
      await receiver.completeMessage(first as never);
      await receiver.deferMessage(second as never);
      await receiver.deadLetterMessage(third as never);
      const [again] = await receiver.receiveDeferredMessages(second?.sequenceNumber as never);
      await receiver.renewMessageLock(again as never);
      await receiver.abandonMessage(again as never);
    });

    expect(counts).toEqual({
      delivered: 4,
      completed: 1,
      deferred: 1,
      deadLettered: 1,
      renewed: 1,
      abandoned: 1,
    });
  });

  it("are counted for looking and for taking for good", async () => {
    await queue.send({ body: 1 }, { body: 2 });

    const counts = await counted(async () => {
      await queue.aReceiver().peekMessages(10);
      await receive(queue.aReceiver("receiveAndDelete"), 2);
    });

    expect(counts).toEqual({ peeked: 2, delivered: 2 });
  });

  it("are counted for the dead-letter queue by itself", async () => {
    await queue.send({ body: 1 });
    const receiver = queue.aReceiver();
    await receiver.deadLetterMessage(await receiveOne(receiver));

    const counts = await counted(
      async () => void (await receiveOne(queue.aDeadLetterReceiver())),
      `${NAME}/$DeadLetterQueue`,
    );

    expect(counts).toEqual({ delivered: 1 });
  });

  it("are not counted where they are refused", async () => {
    await queue.send({ body: 1 });
    const receiver = queue.aReceiver();
    const message = await receiveOne(receiver);
    await receiver.completeMessage(message);

    const counts = await counted(async () => {
      await expect(receiver.renewMessageLock(message)).rejects.toMatchObject({
        code: "MessageLockLost",
      });
    });

    expect(counts).toEqual({});
  });
});
