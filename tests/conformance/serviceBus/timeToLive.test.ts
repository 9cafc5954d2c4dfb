import { describe, expect, it } from "vitest";
import { leftIn, receiveOne, useQueue } from "./useQueue.ts";

describe("a message whose time to live is over", () => {
  describe("in a queue that dead-letters it", () => {
    const { aReceiver, aDeadLetterReceiver, send } = useQueue("conformance-expiring");

    it("goes to the dead-letter queue with the reason", async () => {
      await send({ body: 1, timeToLive: 100 });

      expect(await receiveOne(aDeadLetterReceiver())).toMatchObject({
        body: 1,
        deadLetterReason: "TTLExpiredException",
      });
      expect(await leftIn(aReceiver())).toEqual([]);
    });
  });

  describe("in a queue that does not", () => {
    const { aReceiver, aDeadLetterReceiver, send } = useQueue("conformance-dropping");

    it("is gone", async () => {
      await send({ body: 1, timeToLive: 100 });

      await expect.poll(() => aReceiver().peekMessages(1), { timeout: 10_000 }).toEqual([]);
      expect(await leftIn(aDeadLetterReceiver())).toEqual([]);
    });
  });
});
