import type { HubDescription } from "../../local/eventHubs/hubDescription.ts";
import type { QueueDescription } from "../../local/serviceBus/queueDescription.ts";
import { startBroker as start } from "../../local/startBroker.ts";

export type TestBroker = {
  readonly connectionString: string;
  /** The broker's HTTP port; undefined for a service that is not ours. */
  readonly adminUrl: string | undefined;
  readonly stop: () => Promise<void>;
};

export type TestEntities = {
  readonly queues?: readonly QueueDescription[];
  readonly hubs?: readonly HubDescription[];
};

/**
 * The broker on free ports with the given entities; or, where SERVICE_BUS_CONNECTION_STRING is set, the
 * service that it names, which has to hold entities of those names.
 */
export async function startBroker({ queues = [], hubs = [] }: TestEntities): Promise<TestBroker> {
  const given = process.env["SERVICE_BUS_CONNECTION_STRING"];
  if (given) return { connectionString: given, adminUrl: undefined, stop: async () => {} };

  const { info, stop } = await start({ amqpPort: 0, adminPort: 0, queues, hubs, log: () => {} });
  return {
    connectionString: emulatorConnectionString(info.amqpPort),
    adminUrl: `http://127.0.0.1:${info.adminPort}`,
    stop,
  };
}

export function emulatorConnectionString(amqpPort: number): string {
  return [
    `Endpoint=sb://127.0.0.1:${amqpPort}`,
    "SharedAccessKeyName=RootManageSharedAccessKey",
    "SharedAccessKey=SAS_KEY_VALUE",
    "UseDevelopmentEmulator=true;",
  ].join(";");
}
