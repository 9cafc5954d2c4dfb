import { describe, expect, it } from "vitest";
import { elsewhere, hubName, useEventHub } from "./useEventHub.ts";

const partitionId = "3";

describe.skipIf(elsewhere)("a hub's fault on request", () => {
  const { aProducer, aConsumer, closedLater, ends, inject } = useEventHub();

  const collect = async () => {
    const seen: unknown[] = [];
    const subscription = aConsumer().subscribe(
      partitionId,
      {
        processEvents: (events) =>
          Promise.resolve(void seen.push(...events.map(({ body }) => body as unknown))),
        processError: () => Promise.resolve(),
      },
      { startPosition: await ends(), maxWaitTimeInSeconds: 0.2 },
    );
    closedLater({ close: () => subscription.close() });
    return seen;
  };

  it("rewinds: readers get the last events once more, then go on", async () => {
    const seen = await collect();
    const producer = aProducer();
    await producer.sendBatch([{ body: 1 }, { body: 2 }, { body: 3 }], { partitionId });
    await expect.poll(() => seen, { timeout: 10_000 }).toEqual([1, 2, 3]);

    const done = await inject("rewind-partition", {
      hub: hubName,
      partition: partitionId,
      events: 2,
    });
    await producer.sendBatch([{ body: 4 }], { partitionId });

    expect(done).toEqual({ rewound: 1 });
    await expect.poll(() => seen, { timeout: 10_000 }).toEqual([1, 2, 3, 2, 3, 4]);
  });

  it("detaches readers: they go on behind the last event that they had", async () => {
    const seen = await collect();
    const producer = aProducer();
    await producer.sendBatch([{ body: 5 }], { partitionId });
    await expect.poll(() => seen, { timeout: 10_000 }).toEqual([5]);

    const { detached } = await inject("detach-links", {
      address: `${hubName}/ConsumerGroups/$Default`,
    });
    await producer.sendBatch([{ body: 6 }], { partitionId });

    expect(detached).toBe(1);
    await expect.poll(() => seen, { timeout: 10_000 }).toEqual([5, 6]);
  });
});
