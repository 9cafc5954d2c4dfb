import { EventHubConsumerClient } from "@azure/event-hubs";
import { describe, expect, it } from "vitest";
import { startRelay } from "../../support/relay.ts";
import { elsewhere, hubName, useEventHub } from "./useEventHub.ts";

describe.skipIf(elsewhere)("a reader whose connection breaks", () => {
  const { aProducer, closedLater, connectionString, ends } = useEventHub();

  it("goes on behind the last event that it has got", async () => {
    const port = Number(/:(\d+)/.exec(connectionString())?.[1]);
    const relay = await startRelay(port);
    const throughRelay = connectionString().replace(`:${port}`, `:${relay.port}`);
    const consumer = new EventHubConsumerClient("$Default", throughRelay, hubName, {
      retryOptions: { retryDelayInMs: 50 },
    });
    closedLater(relay);
    closedLater(consumer);
    const producer = aProducer();
    const received: number[] = [];
    const three = Promise.withResolvers<void>();
    const six = Promise.withResolvers<void>();
    const subscription = consumer.subscribe(
      "0",
      {
        processEvents: (events) => {
          received.push(...events.map(({ body }) => body as number));
          if (received.length >= 3) three.resolve();
          if (received.length >= 6) six.resolve();
          return Promise.resolve();
        },
        processError: () => Promise.resolve(),
      },
      { startPosition: await ends(), maxWaitTimeInSeconds: 1 },
    );

    await producer.sendBatch([{ body: 1 }, { body: 2 }, { body: 3 }], { partitionId: "0" });
    await three.promise;
    relay.cut();
    await producer.sendBatch([{ body: 4 }, { body: 5 }, { body: 6 }], { partitionId: "0" });
    await six.promise;
    await subscription.close();

    expect(received).toEqual([1, 2, 3, 4, 5, 6]);
  });
});
