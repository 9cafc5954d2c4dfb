import { EventHubBufferedProducerClient } from "@azure/event-hubs";
import { describe, expect, it } from "vitest";
import { startRelay } from "../../support/relay.ts";
import { anIdempotentProducer } from "./anIdempotentProducer.ts";
import { bodiesOf, receive } from "./receive.ts";
import { elsewhere, hubName, useEventHub } from "./useEventHub.ts";

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

  it.skipIf(elsewhere)(
    "publishes once what it sends again since the acknowledgement was lost",
    async () => {
      const startPosition = await ends();
      const port = Number(/:(\d+)/.exec(connectionString())?.[1]);
      const relay = closedLater(await startRelay(port));
      const through = connectionString().replace(`:${port}`, `:${relay.port}`);
      const producer = closedLater(anIdempotentProducer(through, hubName));
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
    const producer = closedLater(anIdempotentProducer(connectionString(), hubName));

    await expect(producer.sendBatch([{ body: 1 }])).rejects.toThrow(/partitionId/);
  });
});
