import type { LastEnqueuedEventProperties } from "@azure/event-hubs";
import { describe, expect, it } from "vitest";
import { useEventHub } from "./useEventHub.ts";

const partitionId = "0";

describe("the last enqueued event", () => {
  const { aProducer, aConsumer, closedLater, ends } = useEventHub();

  it("is told with each event to a reader that asks for it, as it is at that time", async () => {
    const startPosition = await ends();
    const producer = aProducer();
    await producer.sendBatch([{ body: 1 }, { body: 2 }, { body: 3 }], { partitionId });
    const { lastEnqueuedSequenceNumber, lastEnqueuedOffset, lastEnqueuedOnUtc } =
      await producer.getPartitionProperties(partitionId);
    const told = Promise.withResolvers<LastEnqueuedEventProperties | undefined>();

    const subscription = aConsumer().subscribe(
      partitionId,
      {
        processEvents: (events, { lastEnqueuedEventProperties }) => {
          if (events.length > 0) told.resolve(lastEnqueuedEventProperties);
          return Promise.resolve();
        },
        processError: (error) => Promise.resolve(told.reject(error)),
      },
      { startPosition, maxBatchSize: 1, trackLastEnqueuedEventProperties: true },
    );
    closedLater({ close: () => subscription.close() });

    expect(await told.promise).toMatchObject({
      sequenceNumber: lastEnqueuedSequenceNumber,
      offset: lastEnqueuedOffset,
      enqueuedOn: lastEnqueuedOnUtc,
    });
  });

  it("is not told to one that does not ask", async () => {
    const startPosition = await ends();
    await aProducer().sendBatch([{ body: 1 }], { partitionId });
    const told = Promise.withResolvers<unknown>();

    const subscription = aConsumer().subscribe(
      partitionId,
      {
        processEvents: (events, { lastEnqueuedEventProperties }) => {
          if (events.length > 0) told.resolve(lastEnqueuedEventProperties);
          return Promise.resolve();
        },
        processError: (error) => Promise.resolve(told.reject(error)),
      },
      { startPosition },
    );
    closedLater({ close: () => subscription.close() });

    expect(await told.promise).toBeUndefined();
  });
});
