import type { CheckpointStore, EventHubConsumerClient } from "@azure/event-hubs";
import { clientRetry } from "../clientRetry.ts";
import { credentialOf } from "../connections.ts";
import type { EventHubTrigger } from "../functions.ts";
import type { EventHubsOptions } from "../hostJson.ts";

/** A consumer of the trigger's hub that shares its partitions greedily. The SDK is loaded here. */
export async function openConsumer(
  { connection, hub, consumerGroup }: EventHubTrigger,
  { loadBalancingUpdateMs, ownershipExpirationMs }: EventHubsOptions,
  store: CheckpointStore,
): Promise<EventHubConsumerClient> {
  const { EventHubConsumerClient } = await import("@azure/event-hubs");
  const options = {
    retryOptions: { ...clientRetry },
    loadBalancingOptions: {
      strategy: "greedy" as const,
      updateIntervalInMs: loadBalancingUpdateMs,
      partitionOwnershipExpirationIntervalInMs: ownershipExpirationMs,
    },
  };
  if (connection.kind === "identity") {
    const credential = await credentialOf(connection);
    const { endpoint } = connection;
    return new EventHubConsumerClient(consumerGroup, endpoint, hub, credential, store, options);
  }
  // A connection string of one hub names that hub itself, and the SDK takes no second name.
  const { connectionString } = connection;
  return /;\s*EntityPath=/i.test(connectionString)
    ? new EventHubConsumerClient(consumerGroup, connectionString, store, options)
    : new EventHubConsumerClient(consumerGroup, connectionString, hub, store, options);
}
