import type { ServiceBusClient, ServiceBusReceiver } from "@azure/service-bus";
import type { ServiceBusTrigger } from "../functions.ts";

/** A peek-lock receiver of the trigger's entity. Bodies stay bytes, locks run: both are the host's affair. */
export function createReceiver(
  client: ServiceBusClient,
  { entity, deadLetter }: ServiceBusTrigger,
): ServiceBusReceiver {
  const options = {
    receiveMode: "peekLock" as const,
    skipParsingBodyAsJson: true,
    maxAutoLockRenewalDurationInMs: 0,
    ...(deadLetter ? { subQueueType: "deadLetter" as const } : {}),
  };
  return "queue" in entity
    ? client.createReceiver(entity.queue, options)
    : client.createReceiver(entity.topic, entity.subscription, options);
}

/** The entity's path as people write it, for the log. */
export function describeEntity({ entity, deadLetter }: ServiceBusTrigger): string {
  const path =
    "queue" in entity
      ? `queue ${entity.queue}`
      : `subscription ${entity.topic}/${entity.subscription}`;
  return deadLetter ? `${path}/$deadletterqueue` : path;
}
