import { describe, expect, it } from "vitest";
import { receive } from "./receive.ts";
import { elsewhere, hubName, useEventHub } from "./useEventHub.ts";

describe("getPartitionProperties", () => {
  const { aProducer, aConsumer, ends } = useEventHub();

  it("follows what is enqueued", async () => {
    const producer = aProducer();
    const startPosition = await ends();
    const before = await producer.getPartitionProperties("2");

    await producer.sendBatch([{ body: 1 }, { body: 2 }], { partitionId: "2" });

    const after = await producer.getPartitionProperties("2");
    const events = await receive(aConsumer(), { count: 2, startPosition });
    const last = events.at(-1);
    expect(after).toEqual({
      eventHubName: hubName,
      partitionId: "2",
      beginningSequenceNumber: before.beginningSequenceNumber,
      lastEnqueuedSequenceNumber: before.lastEnqueuedSequenceNumber + 2,
      lastEnqueuedOffset: last?.offset,
      lastEnqueuedOnUtc: last?.enqueuedTimeUtc,
      isEmpty: false,
    });
    expect(last?.sequenceNumber).toBe(after.lastEnqueuedSequenceNumber);
  });

  it.skipIf(elsewhere)("tells that a partition is empty", async () => {
    const properties = await aConsumer().getPartitionProperties("0");

    expect(properties).toMatchObject({
      beginningSequenceNumber: 0,
      lastEnqueuedSequenceNumber: -1,
      lastEnqueuedOffset: "-1",
      isEmpty: true,
    });
  });

  it.each(["4", "-1", "x"])("of an unknown partition %s is refused", async (partitionId) => {
    const asking = aProducer().getPartitionProperties(partitionId);

    await expect(asking).rejects.toMatchObject({ code: "ArgumentOutOfRangeError" });
  });
});
