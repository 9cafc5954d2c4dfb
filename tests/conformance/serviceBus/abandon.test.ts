import { describe, expect, it } from "vitest";
import { receiveOne, useQueue } from "./useQueue.ts";

describe("abandoning", () => {
  const { aReceiver, send } = useQueue();

  it("makes a message deliverable at once, with one more delivery", async () => {
    await send({ body: 1 });
    const receiver = aReceiver();

    await receiver.abandonMessage(await receiveOne(receiver));

    expect(await receiveOne(receiver)).toMatchObject({ body: 1, deliveryCount: 1 });
  });

  it("sets application properties beside the ones that are there", async () => {
    await send({ body: 1, applicationProperties: { kept: "x", changed: 1 } });
    const receiver = aReceiver();

    await receiver.abandonMessage(await receiveOne(receiver), { changed: 2, added: 0.5 });

    const { applicationProperties } = await receiveOne(receiver);
    expect(applicationProperties).toEqual({ kept: "x", changed: 2, added: 0.5 });
  });
});
