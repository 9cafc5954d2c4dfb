import type { ServiceBusClient } from "@azure/service-bus";
import { clientRetry } from "../clientRetry.ts";
import { credentialOf } from "../connections.ts";
import type { ServiceBusTrigger } from "../functions.ts";

export type NewClient = () => ServiceBusClient;

/**
 * Makes clients for a trigger's connection, each with an AMQP connection of its own: one that hangs can be
 * replaced without the others. The SDK is loaded here; a host without Service Bus functions never pays for it.
 */
export async function clientFactory({ connection }: ServiceBusTrigger): Promise<NewClient> {
  const { ServiceBusClient } = await import("@azure/service-bus");
  // The SDK writes its defaults into the object that it is given.
  const options = () => ({ retryOptions: { ...clientRetry } });
  if (connection.kind === "connectionString") {
    return () => new ServiceBusClient(connection.connectionString, options());
  }
  const credential = await credentialOf(connection);
  return () => new ServiceBusClient(connection.endpoint, credential, options());
}
