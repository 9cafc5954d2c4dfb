import { describe, expect, it } from "vitest";
import { useEventHub } from "./useEventHub.ts";

const LIMIT = 1_048_576;

describe("an event that is too large", () => {
  const { aProducer } = useEventHub();

  it("does not fit in a batch", async () => {
    const batch = await aProducer().createBatch();

    expect(batch.maxSizeInBytes).toBe(LIMIT);
    expect(batch.tryAdd({ body: Buffer.alloc(LIMIT) })).toBe(false);
  });

  it("is rejected, and its producer can go on", async () => {
    const producer = aProducer();

    await expect(producer.sendBatch([{ body: Buffer.alloc(LIMIT) }])).rejects.toMatchObject({
      code: "MessageTooLargeError",
    });

    await expect(producer.sendBatch([{ body: "small" }])).resolves.toBeUndefined();
  });
});
