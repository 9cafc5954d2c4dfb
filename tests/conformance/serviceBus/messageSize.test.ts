import { describe, expect, it } from "vitest";
import { leftIn, useQueue } from "./useQueue.ts";

describe("a message that is too large", () => {
  const { aSender, aReceiver } = useQueue();

  it("is rejected, and its sender can go on", async () => {
    const sender = aSender();

    await expect(sender.sendMessages({ body: Buffer.alloc(300_000) })).rejects.toMatchObject({
      code: "MessageSizeExceeded",
    });

    await sender.sendMessages({ body: "small" });
    expect(await leftIn(aReceiver())).toHaveLength(1);
  });

  it("does not fit in a batch", async () => {
    const batch = await aSender().createMessageBatch();

    expect(batch.maxSizeInBytes).toBe(262_144);
    expect(batch.tryAddMessage({ body: Buffer.alloc(300_000) })).toBe(false);
  });
});
