import { describe, expect, it } from "vitest";
import { bodiesOf, leftIn, receive, receiveOne, useQueue } from "./useQueue.ts";

describe("completing", () => {
  const { client, aReceiver, send } = useQueue();

  it("takes a message out for good", async () => {
    await send({ body: 1 });
    const receiver = aReceiver();

    await receiver.completeMessage(await receiveOne(receiver));

    expect(await leftIn(aReceiver("receiveAndDelete"))).toEqual([]);
  });

  it("works in any order while other messages stay locked", async () => {
    await send({ body: 1 }, { body: 2 }, { body: 3 });
    const receiver = aReceiver();
    const [, second, third] = await receive(receiver, 3);

    if (third) await receiver.completeMessage(third);
    if (second) await receiver.completeMessage(second);

    const states = await aReceiver().peekMessages(10);
    expect(bodiesOf(states)).toEqual([1]);
  });

  it("fails the second time", async () => {
    await send({ body: 1 });
    const receiver = aReceiver();
    const message = await receiveOne(receiver);
    await receiver.completeMessage(message);

    await expect(receiver.completeMessage(message)).rejects.toThrow(/already settled/);
  });

  it("works after the link is gone, by lock token", async () => {
    await send({ body: 1 });
    const receiver = client().createReceiver("conformance");
    const message = await receiveOne(receiver);
    await loseLinks(receiver);

    await receiver.completeMessage(message);

    expect(await leftIn(aReceiver("receiveAndDelete"))).toEqual([]);
  });
});

/** Closes the receiver's link below the client, as a network that drops idle links does. */
async function loseLinks(receiver: unknown): Promise<void> {
  const { _context } = receiver as {
    _context: { messageReceivers: Record<string, { link?: { close: () => Promise<void> } }> };
  };
  for (const { link } of Object.values(_context.messageReceivers)) await link?.close();
}
