import { describe, expect, it } from "vitest";
import { bodiesOf, leftIn, receiveOne, useQueue } from "./useQueue.ts";

const SOON_MS = 500;

describe("scheduling", () => {
  const { aSender, aReceiver, send } = useQueue();

  it("delivers at the time asked for, not before", async () => {
    const at = new Date(Date.now() + SOON_MS);
    const [number] = await aSender().scheduleMessages({ body: 1 }, at);

    const message = await receiveOne(aReceiver());

    expect(Date.now()).toBeGreaterThanOrEqual(at.getTime());
    expect(message.body).toBe(1);
    expect(message.sequenceNumber?.toNumber()).toBeGreaterThan(number?.toNumber() ?? Number.NaN);
  });

  it("answers a number for each of several messages", async () => {
    const numbers = await aSender().scheduleMessages(
      [{ body: 1 }, { body: 2 }],
      new Date(Date.now() + 60_000),
    );

    expect(new Set(numbers.map(String)).size).toBe(2);
    const peeked = await aReceiver().peekMessages(10);
    expect(peeked.map(({ body, state }) => [body as unknown, state])).toEqual([
      [1, "scheduled"],
      [2, "scheduled"],
    ]);
  });

  it("takes the time from a message sent the ordinary way, too", async () => {
    const at = new Date(Date.now() + SOON_MS);
    await send({ body: 1, scheduledEnqueueTimeUtc: at });

    const message = await receiveOne(aReceiver());

    expect(Date.now()).toBeGreaterThanOrEqual(at.getTime());
    expect(message.scheduledEnqueueTimeUtc).toEqual(at);
  });

  it("lets messages sent meanwhile go first", async () => {
    await aSender().scheduleMessages({ body: "later" }, new Date(Date.now() + SOON_MS));
    await send({ body: "now" });
    const receiver = aReceiver();

    const bodies = bodiesOf([await receiveOne(receiver), await receiveOne(receiver)]);

    expect(bodies).toEqual(["now", "later"]);
    expect(await leftIn(receiver)).toEqual([]);
  });
});
