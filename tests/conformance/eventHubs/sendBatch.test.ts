import { describe, expect, it } from "vitest";
import { bodiesOf, receive } from "./receive.ts";
import { partitionIds, useEventHub } from "./useEventHub.ts";

describe("sendBatch", () => {
  const { aProducer, aConsumer, ends } = useEventHub();

  it("delivers a single event", async () => {
    const startPosition = await ends();

    await aProducer().sendBatch([{ body: "one" }]);

    const events = await receive(aConsumer(), { count: 1, startPosition });
    expect(bodiesOf(events)).toEqual(["one"]);
  });

  it("delivers a batch to one partition in the order sent", async () => {
    const startPosition = await ends();
    const bodies = Array.from({ length: 50 }, (_, n) => n);

    await aProducer().sendBatch(bodies.map((body) => ({ body })));

    const events = await receive(aConsumer(), { count: 50, startPosition });
    expect(bodiesOf(events)).toEqual(bodies);
    expect(new Set(events.map(({ partitionId }) => partitionId)).size).toBe(1);
  });

  it("spreads batches without a key over all partitions", async () => {
    const startPosition = await ends();
    const producer = aProducer();

    for (const body of [0, 1, 2, 3, 4, 5, 6, 7]) await producer.sendBatch([{ body }]);

    const events = await receive(aConsumer(), { count: 8, startPosition });
    expect(new Set(events.map(({ partitionId }) => partitionId))).toEqual(new Set(partitionIds));
  });

  it("delivers to the partition asked for", async () => {
    const startPosition = await ends();

    await aProducer().sendBatch([{ body: "to 2" }, { body: "also" }], { partitionId: "2" });

    const events = await receive(aConsumer(), { count: 2, startPosition });
    expect(events.map(({ body, partitionId }) => [body as unknown, partitionId])).toEqual([
      ["to 2", "2"],
      ["also", "2"],
    ]);
  });

  it("offers 1 MB for a batch and takes one that is nearly full", async () => {
    const startPosition = await ends();
    const producer = aProducer();

    const batch = await producer.createBatch({ partitionId: "1" });
    const body = Buffer.alloc(100_000, 7);
    while (batch.tryAdd({ body })) continue;
    await producer.sendBatch(batch);

    const events = await receive(aConsumer(), { count: batch.count, startPosition });
    expect(batch.maxSizeInBytes).toBe(1_048_576);
    expect(batch.count).toBe(10);
    expect(events.every((event) => body.equals(event.body as Buffer))).toBe(true);
  });

  it("refuses more than 1 MB", async () => {
    const sending = aProducer().sendBatch([{ body: Buffer.alloc(1_048_576) }]);

    await expect(sending).rejects.toMatchObject({ code: "MessageTooLargeError" });
  });
});
