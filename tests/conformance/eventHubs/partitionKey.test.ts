import { describe, expect, it } from "vitest";
import { receive } from "./receive.ts";
import { useEventHub } from "./useEventHub.ts";

/** Where the service puts these keys in a hub of four partitions, worked out by the client's own mapper. */
const partitionOfKey = {
  a: "0",
  "order-1": "3",
  "6f1c7f0e-5b0a-4d1b-9d65-0a3c0f3b1e77": "1",
  "Zürich €": "1",
};

describe("a partition key", () => {
  const { aProducer, aConsumer, ends } = useEventHub();

  it.each(Object.entries(partitionOfKey))(
    "%s leads to partition %s and is delivered with each event of the batch",
    async (partitionKey, partitionId) => {
      const startPosition = await ends();

      await aProducer().sendBatch([{ body: 1 }, { body: 2 }], { partitionKey });

      const events = await receive(aConsumer(), { count: 2, startPosition });
      expect(events.map((event) => [event.partitionId, event.partitionKey])).toEqual([
        [partitionId, partitionKey],
        [partitionId, partitionKey],
      ]);
    },
  );
});
