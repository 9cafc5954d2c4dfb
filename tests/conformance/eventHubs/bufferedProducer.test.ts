import { EventHubBufferedProducerClient } from "@azure/event-hubs";
import { describe, expect, it } from "vitest";
import { receive } from "./receive.ts";
import { hubName, useEventHub } from "./useEventHub.ts";

describe("the buffered producer", () => {
  const { aConsumer, closedLater, connectionString, ends } = useEventHub();

  it("sends what it was given, events of one key to one partition in their order", async () => {
    const startPosition = await ends();
    const failures: unknown[] = [];
    const producer = closedLater(
      new EventHubBufferedProducerClient(connectionString(), hubName, {
        onSendEventsErrorHandler: ({ error }) => void failures.push(error),
      }),
    );

    for (let n = 0; n < 40; n += 1) {
      await producer.enqueueEvent({ body: n }, { partitionKey: n % 2 === 0 ? "even" : "odd" });
    }
    await producer.flush();

    const events = await receive(aConsumer(), { count: 40, startPosition });
    expect(failures).toEqual([]);
    for (const remainder of [0, 1]) {
      const own = events.filter(({ body }) => (body as number) % 2 === remainder);
      expect(own.map(({ body }) => body as number)).toEqual(
        Array.from({ length: 20 }, (_, n) => 2 * n + remainder),
      );
      expect(new Set(own.map(({ partitionId }) => partitionId)).size).toBe(1);
    }
  });
});
