import { EventHubProducerClient } from "@azure/event-hubs";

/** A producer with the option that the buffered client sets on the one inside it. */
export function anIdempotentProducer(connectionString: string, hub: string) {
  const producer = new EventHubProducerClient(connectionString, hub, {
    retryOptions: { maxRetries: 3, retryDelayInMs: 50, timeoutInMs: 2_000 },
  });
  Reflect.set(producer, "_enableIdempotentRetries", true);
  return producer;
}
