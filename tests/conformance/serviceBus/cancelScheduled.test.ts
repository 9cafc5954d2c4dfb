import { describe, expect, it } from "vitest";
import { useQueue } from "./useQueue.ts";

describe("cancelling a scheduled message", () => {
  const { aSender, aReceiver } = useQueue();

  it("takes it back", async () => {
    const sender = aSender();
    const numbers = await sender.scheduleMessages(
      [{ body: 1 }, { body: 2 }],
      new Date(Date.now() + 60_000),
    );

    await sender.cancelScheduledMessages(numbers);

    expect(await aReceiver().peekMessages(10)).toEqual([]);
  });

  it("fails the second time", async () => {
    const sender = aSender();
    const numbers = await sender.scheduleMessages({ body: 1 }, new Date(Date.now() + 60_000));
    await sender.cancelScheduledMessages(numbers);

    await expect(sender.cancelScheduledMessages(numbers)).rejects.toMatchObject({
      code: "MessageNotFound",
    });
  });
});
