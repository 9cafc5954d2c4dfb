import { describe, expect, it } from "vitest";
import { bodiesOf, receive, useQueue } from "./useQueue.ts";

describe("peeking", () => {
  const { aReceiver, send } = useQueue();

  it("shows messages, locked ones too, and takes none", async () => {
    await send({ body: 1 }, { body: 2 });
    await receive(aReceiver(), 1);

    const peeked = await aReceiver().peekMessages(10);

    expect(bodiesOf(peeked)).toEqual([1, 2]);
    expect(bodiesOf(await receive(aReceiver(), 1))).toEqual([2]);
    expect(peeked[0]).toMatchObject({ lockToken: undefined, deliveryCount: 0 });
  });

  it("goes on where the last peek ended, or where it is told", async () => {
    await send({ body: 1 }, { body: 2 }, { body: 3 });
    const receiver = aReceiver();

    const [first] = await receiver.peekMessages(1);
    const [second] = await receiver.peekMessages(1);
    const again = await receiver.peekMessages(10, {
      fromSequenceNumber: first?.sequenceNumber as never,
    });

    expect([first?.body, second?.body]).toEqual([1, 2]);
    expect(bodiesOf(again)).toEqual([1, 2, 3]);
  });

  it("finds nothing in an empty queue", async () => {
    expect(await aReceiver().peekMessages(10)).toEqual([]);
  });
});
