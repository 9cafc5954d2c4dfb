import { describe, expect, it } from "vitest";
import { leftIn, receiveOne, useQueue } from "./useQueue.ts";

describe("max delivery count", () => {
  const { aReceiver, aDeadLetterReceiver, send } = useQueue("conformance-two-deliveries");

  it("dead-letters a message that was delivered so often in vain", async () => {
    await send({ body: 1 });
    const receiver = aReceiver();

    const first = await receiveOne(receiver);
    await receiver.abandonMessage(first);
    const second = await receiveOne(receiver);
    await receiver.abandonMessage(second);

    expect([first.deliveryCount, second.deliveryCount]).toEqual([0, 1]);
    expect(await leftIn(receiver)).toEqual([]);
    expect(await receiveOne(aDeadLetterReceiver())).toMatchObject({
      body: 1,
      deadLetterReason: "MaxDeliveryCountExceeded",
    });
  });
});
