import { describe, expect, it } from "vitest";
import { receive } from "./receive.ts";
import { partitionIds, useEventHub } from "./useEventHub.ts";

describe("subscribe", () => {
  const { aProducer, aConsumer, ends } = useEventHub();

  it("delivers 10,000 events once each and in order for each partition", async () => {
    const startPosition = await ends();
    const producer = aProducer();
    const perPartition = 2_500;
    const batchSize = 250;

    for (let first = 0; first < perPartition; first += batchSize) {
      const numbers = Array.from({ length: batchSize }, (_, n) => first + n);
      await Promise.all(
        partitionIds.map((partitionId) =>
          producer.sendBatch(
            numbers.map((body) => ({ body })),
            { partitionId },
          ),
        ),
      );
    }
    const events = await receive(aConsumer(), { count: 10_000, startPosition, maxBatchSize: 500 });

    const expected = Array.from({ length: perPartition }, (_, n) => n);
    for (const partitionId of partitionIds) {
      const own = events.filter((event) => event.partitionId === partitionId);
      expect(own.map(({ body }) => body as unknown)).toEqual(expected);
    }
  });

  it("tells the newest event of the partition beside each event, if asked", async () => {
    const startPosition = await ends();
    await aProducer().sendBatch([{ body: 1 }, { body: 2 }, { body: 3 }], { partitionId: "0" });
    const properties = await aConsumer().getPartitionProperties("0");
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();

    const subscription = aConsumer().subscribe(
      "0",
      {
        processEvents: (events, context) => {
          if (events.length > 0) resolve({ ...context.lastEnqueuedEventProperties });
          return Promise.resolve();
        },
        processError: (error) => Promise.resolve(reject(error)),
      },
      { startPosition, maxBatchSize: 1, trackLastEnqueuedEventProperties: true },
    );
    const newest = await promise;
    await subscription.close();

    expect(newest).toEqual({
      sequenceNumber: properties.lastEnqueuedSequenceNumber,
      offset: properties.lastEnqueuedOffset,
      enqueuedOn: properties.lastEnqueuedOnUtc,
      retrievedOn: expect.any(Date) as Date,
    });
  });
});
