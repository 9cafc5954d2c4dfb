import { type EventPosition, earliestEventPosition, latestEventPosition } from "@azure/event-hubs";
import { beforeAll, describe, expect, it } from "vitest";
import { bodiesOf, type ReceivedEvent, receive } from "./receive.ts";
import { useEventHub } from "./useEventHub.ts";

const partitionId = "3";
/** For what a test itself sends, so that the others find no more than a, b and c. */
const ownPartitionId = "2";

describe("a start position", () => {
  const { aProducer, aConsumer, ends } = useEventHub();
  let sent: readonly ReceivedEvent[] = [];

  beforeAll(async () => {
    const producer = aProducer();
    const startPosition = await ends();
    for (const body of ["a", "b", "c"]) await sendInItsOwnMillisecond(producer, body);
    sent = await receive(aConsumer(), { count: 3, partitionId, startPosition });
  });

  const from = async (startPosition: EventPosition, count: number) =>
    bodiesOf(await receive(aConsumer(), { count, partitionId, startPosition }));

  it("by sequence number begins after that event", async () => {
    const bodies = await from({ sequenceNumber: sent[0]?.sequenceNumber ?? Number.NaN }, 2);

    expect(bodies).toEqual(["b", "c"]);
  });

  it("by sequence number, inclusive, begins with that event", async () => {
    const sequenceNumber = sent[1]?.sequenceNumber ?? Number.NaN;
    const bodies = await from({ sequenceNumber, isInclusive: true }, 2);

    expect(bodies).toEqual(["b", "c"]);
  });

  it("by offset begins after that event", async () => {
    const bodies = await from({ offset: sent[1]?.offset ?? "" }, 1);

    expect(bodies).toEqual(["c"]);
  });

  it("by offset, inclusive, begins with that event", async () => {
    const bodies = await from({ offset: sent[1]?.offset ?? "", isInclusive: true }, 2);

    expect(bodies).toEqual(["b", "c"]);
  });

  it("by time begins with the first event enqueued later", async () => {
    const bodies = await from({ enqueuedOn: sent[0]?.enqueuedTimeUtc ?? Number.NaN }, 2);

    expect(bodies).toEqual(["b", "c"]);
  });

  it("earliest begins with the oldest event kept", async () => {
    const { beginningSequenceNumber } = await aProducer().getPartitionProperties(partitionId);

    const [oldest] = await receive(aConsumer(), {
      count: 1,
      partitionId,
      startPosition: earliestEventPosition,
    });

    expect(oldest?.sequenceNumber).toBe(beginningSequenceNumber);
  });

  it("latest delivers only what comes after it", async () => {
    const producer = aProducer();
    await producer.sendBatch([{ body: "early" }], { partitionId: ownPartitionId });
    const { promise: subscribed, resolve } = Promise.withResolvers<void>();
    const bodies: unknown[] = [];
    const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
    const subscription = aConsumer().subscribe(
      ownPartitionId,
      {
        processEvents: (events) => {
          // An empty batch after the wait tells that the reader stands at the end.
          if (events.length === 0) resolve();
          bodies.push(...events.map(({ body }) => body as unknown));
          if (events.length > 0) arrive();
          return Promise.resolve();
        },
        processError: () => Promise.resolve(),
      },
      { startPosition: latestEventPosition, maxWaitTimeInSeconds: 1 },
    );

    await subscribed;
    await producer.sendBatch([{ body: "late" }], { partitionId: ownPartitionId });
    await arrived;
    await subscription.close();

    expect(bodies).toEqual(["late"]);
  });

  /** Sends, then waits until the clock has moved on, so that times tell the events apart. */
  async function sendInItsOwnMillisecond(
    producer: ReturnType<typeof aProducer>,
    body: string,
  ): Promise<void> {
    await producer.sendBatch([{ body }], { partitionId });
    const { lastEnqueuedOnUtc } = await producer.getPartitionProperties(partitionId);
    const deadline = Date.now() + 1_000;
    while (Date.now() <= lastEnqueuedOnUtc.getTime() && Date.now() < deadline) {
      await producer.getEventHubProperties();
    }
  }
});
