import { EventHubConsumerClient, EventHubProducerClient } from "@azure/event-hubs";
import { HUB, withBroker } from "./benchBroker.ts";
import { body } from "./body.ts";
import { type Loopback, withLoopback } from "./loopback.ts";
import { type Bound, median, type Row } from "./row.ts";

const EVENTS = 60_000;
const ROUNDS = 5;
const receivedBound: Bound = { of: "ratio", is: "atLeast", limit: 1.5 };

/**
 * Events of 1 KB sent in full batches and received by one subscriber of all partitions, with the real
 * client, taking turns with the loopback pair. Opening links counts on neither side; the first round
 * only warms both up.
 */
export async function measureEventHubs(): Promise<readonly Row[]> {
  return withLoopback((loopback) =>
    withBroker(({ connectionString }) => measure(connectionString, loopback)),
  );
}

async function measure(connectionString: string, loopback: Loopback): Promise<readonly Row[]> {
  const producer = new EventHubProducerClient(connectionString, HUB);
  const rates: { sent: number; received: number; loopback: number }[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const startPosition = await ends(producer);
    const rate = {
      loopback: await loopback.measure(EVENTS),
      sent: await sendEvents(producer, EVENTS),
      received: await receive(new EventHubConsumerClient("$Default", connectionString, HUB), {
        events: EVENTS,
        startPosition,
      }),
    };
    if (round > 0) rates.push(rate);
  }
  await producer.close();

  const peer = {
    name: "bare rhea loopback pair",
    value: median(rates.map((rate) => rate.loopback)),
  };
  const row = (name: string, figure: "sent" | "received"): Row => ({
    name,
    value: median(rates.map((rate) => rate[figure])),
    unit: "events/s",
    peer,
    ratio: median(rates.map((rate) => rate[figure] / rate.loopback)),
  });
  return [
    row("Event Hubs: events sent in batches", "sent"),
    { ...row("Event Hubs: events received", "received"), bound: receivedBound },
  ];
}

async function ends(producer: EventHubProducerClient) {
  const partitionIds = await producer.getPartitionIds();
  const properties = await Promise.all(
    partitionIds.map((partitionId) => producer.getPartitionProperties(partitionId)),
  );
  return Object.fromEntries(
    properties.map(({ partitionId, lastEnqueuedSequenceNumber }) => [
      partitionId,
      { sequenceNumber: lastEnqueuedSequenceNumber },
    ]),
  );
}

/** Sends so many events in full batches, one after the other; answers how many a second. */
export async function sendEvents(
  producer: EventHubProducerClient,
  events: number,
): Promise<number> {
  const startedAt = performance.now();
  for (let left = events; left > 0; ) {
    const batch = await producer.createBatch();
    while (left > 0 && batch.tryAdd({ body })) left -= 1;
    await producer.sendBatch(batch);
  }
  return perSecond(events, startedAt);
}

/** From the first batch of events received to the last. */
async function receive(
  consumer: EventHubConsumerClient,
  {
    events,
    startPosition,
  }: { readonly events: number; readonly startPosition: Awaited<ReturnType<typeof ends>> },
): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let received = 0;
  let first = { at: 0, count: 0 };
  const subscription = consumer.subscribe(
    {
      processEvents: ({ length }) => {
        if (received === 0) first = { at: performance.now(), count: length };
        received += length;
        if (received >= events) resolve();
        return Promise.resolve();
      },
      processError: (error) => Promise.resolve(reject(error)),
    },
    { startPosition, maxBatchSize: 500 },
  );
  try {
    await promise;
    return perSecond(events - first.count, first.at);
  } finally {
    await subscription.close();
    await consumer.close();
  }
}

function perSecond(count: number, startedAt: number): number {
  return count / ((performance.now() - startedAt) / 1_000);
}
