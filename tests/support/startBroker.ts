import type { HubDescription } from "../../local/eventHubs/hubDescription.ts";
import type { QueueDescription } from "../../local/serviceBus/queueDescription.ts";
import { startBroker as start } from "../../local/startBroker.ts";

export type TestBroker = {
  readonly connectionString: string;
  /** The broker's HTTP port. */
  readonly adminUrl: string;
  readonly stop: () => Promise<void>;
};

export type TestEntities = {
  readonly queues?: readonly QueueDescription[];
  readonly hubs?: readonly HubDescription[];
};

/** The broker on free ports with the given entities. */
export async function startBroker({ queues = [], hubs = [] }: TestEntities): Promise<TestBroker> {
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
