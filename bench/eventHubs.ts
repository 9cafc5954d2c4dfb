import { EventHubConsumerClient, EventHubProducerClient } from "@azure/event-hubs";
import type { Loopback } from "./loopback.ts";
import { median, type Row } from "./row.ts";

const body = Buffer.alloc(1_024, "x");

/**
 * Events of 1 KB sent in full batches and received by one subscriber of all partitions, with the real
 * client, taking turns with the loopback pair. Opening links counts on neither side; the first round
 * only warms both up.
 */
export async function measureEventHubs({
  connectionString,
  hub,
  loopback,
  events = 60_000,
  rounds = 3,
}: {
  readonly connectionString: string;
  readonly hub: string;
  readonly loopback: Loopback;
  readonly events?: number;
  readonly rounds?: number;
}): Promise<readonly Row[]> {
  const producer = new EventHubProducerClient(connectionString, hub);
  const rates: { sent: number; received: number; loopback: number }[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const startPosition = await ends(producer);
    const rate = {
      loopback: await loopback.measure(events),
      sent: await send(producer, events),
      received: await receive(new EventHubConsumerClient("$Default", connectionString, hub), {
        events,
        startPosition,
      }),
    };
    if (round > 0) rates.push(rate);
  }
  await producer.close();

  const peer = {
    name: "bare rhea loopback pair, messages/s",
    value: median(rates.map((rate) => rate.loopback)),
  };
  const row = (name: string, figure: "sent" | "received"): Row => ({
    name,
    value: median(rates.map((rate) => rate[figure])),
    unit: "events/s",
    peer,
    ratio: median(rates.map((rate) => rate[figure] / rate.loopback)),
  });
  return [row("Event Hubs: send batches", "sent"), row("Event Hubs: subscribe", "received")];
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

async function send(producer: EventHubProducerClient, events: number): Promise<number> {
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
