import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { bodiesOf, leftIn, receiveOne, useQueue } from "./useQueue.ts";

describe("duplicate detection", () => {
  const { aSender, aReceiver, send } = useQueue("conformance-duplicates");

  it("drops a message whose id was sent before, also after that one was completed", async () => {
    const messageId = randomUUID();
    await send({ body: "first", messageId });
    const receiver = aReceiver();
    await receiver.completeMessage(await receiveOne(receiver));

    await send({ body: "second", messageId });

    expect(await leftIn(receiver)).toEqual([]);
  });

  it("drops copies within one batch", async () => {
    const messageId = randomUUID();
    await send(
      { body: 1, messageId },
      { body: 2, messageId },
      { body: 3, messageId: randomUUID() },
    );

    expect(bodiesOf(await aReceiver().peekMessages(10))).toEqual([1, 3]);
  });

  it("drops a scheduled copy, though its sender gets a number for it", async () => {
    const messageId = randomUUID();
    await send({ body: "first", messageId });

    const numbers = await aSender().scheduleMessages(
      { body: "second", messageId },
      new Date(Date.now() + 60_000),
    );

    expect(numbers).toHaveLength(1);
    expect(bodiesOf(await aReceiver().peekMessages(10))).toEqual(["first"]);
  });

  it("takes messages without ids for different ones", async () => {
    await send({ body: 1 }, { body: 2 });

    expect(bodiesOf(await aReceiver().peekMessages(10))).toEqual([1, 2]);
  });
});
