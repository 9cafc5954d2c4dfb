import { EventHubBufferedProducerClient, EventHubProducerClient } from "@azure/event-hubs";
import { describe, expect, it } from "vitest";
import { startRelay } from "../../support/relay.ts";
import { bodiesOf, receive } from "./receive.ts";
import { hubName, useEventHub } from "./useEventHub.ts";

const partitionId = "2";

describe("an idempotent producer", () => {
  const { aConsumer, closedLater, connectionString, ends } = useEventHub();

  it("publishes each event once, in order", async () => {
    const startPosition = await ends();
    const producer = closedLater(
      new EventHubBufferedProducerClient(connectionString(), hubName, {
        enableIdempotentRetries: true,
        onSendEventsErrorHandler: () => {},
      }),
    );

    for (const body of [1, 2, 3]) {
      await producer.enqueueEvent({ body }, { partitionId });
      await producer.flush();
    }

    const events = await receive(aConsumer(), { count: 3, startPosition });
    expect(bodiesOf(events)).toEqual([1, 2, 3]);
  });

  // The option that the buffered client sets on the producer inside it.
  const anIdempotentProducer = (through: string) => {
    const producer = closedLater(
      new EventHubProducerClient(through, hubName, {
        retryOptions: { maxRetries: 3, retryDelayInMs: 50, timeoutInMs: 2_000 },
      }),
    );
    Reflect.set(producer, "_enableIdempotentRetries", true);
    return producer;
  };

  it.skipIf(process.env["EVENT_HUBS_CONNECTION_STRING"])(
    "publishes once what it sends again since the acknowledgement was lost",
    async () => {
      const startPosition = await ends();
      const port = Number(/:(\d+)/.exec(connectionString())?.[1]);
      const relay = closedLater(await startRelay(port));
      const producer = anIdempotentProducer(
        connectionString().replace(`:${port}`, `:${relay.port}`),
      );
      await producer.sendBatch([{ body: 1 }], { partitionId });

      relay.deafen();
      const sending = producer.sendBatch([{ body: 2 }, { body: 3 }], { partitionId });
      await receive(aConsumer(), { count: 3, startPosition });
      relay.cut();
      await sending;
      await producer.sendBatch([{ body: 4 }], { partitionId });

      const events = await receive(aConsumer(), { count: 4, startPosition });
      expect(bodiesOf(events)).toEqual([1, 2, 3, 4]);
    },
  );

  it("names a partition", async () => {
    const producer = anIdempotentProducer(connectionString());

    await expect(producer.sendBatch([{ body: 1 }])).rejects.toThrow(/partitionId/);
  });
});
