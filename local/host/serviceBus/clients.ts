import type { ServiceBusClient } from "@azure/service-bus";
import { clientRetry } from "../clientRetry.ts";
import { credentialOf } from "../connections.ts";
import type { ServiceBusTrigger } from "../functions.ts";

/** Clients by connection setting: functions on one namespace share an AMQP connection, as in the real host. */
export type ServiceBusClients = {
  readonly get: (trigger: ServiceBusTrigger) => Promise<ServiceBusClient>;
  readonly close: () => Promise<void>;
};

/** The SDK writes its defaults into the object that it is given. */
const options = () => ({ retryOptions: { ...clientRetry } });

/** The SDK is loaded with the first client; a host without Service Bus functions never pays for it. */
export function createServiceBusClients(): ServiceBusClients {
  const clients = new Map<string, Promise<ServiceBusClient>>();
  const create = async ({ connection }: ServiceBusTrigger): Promise<ServiceBusClient> => {
    const { ServiceBusClient } = await import("@azure/service-bus");
    if (connection.kind === "connectionString") {
      return new ServiceBusClient(connection.connectionString, options());
    }
    return new ServiceBusClient(connection.endpoint, await credentialOf(connection), options());
  };
  return {
    get: (trigger) => {
      const known = clients.get(trigger.connectionName) ?? create(trigger);
      clients.set(trigger.connectionName, known);
      return known;
    },
    close: async () => {
      const all = await Promise.allSettled(clients.values());
      await Promise.allSettled(
        all.map(async (client) => client.status === "fulfilled" && client.value.close()),
      );
    },
  };
}
