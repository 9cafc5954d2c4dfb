import { join } from "node:path";
import { type Azurite, type AzuritePorts, startAzurite } from "./azurite.ts";
import { type Launched, launch } from "./launch.ts";

export type EmulatorPorts = AzuritePorts & {
  readonly amqpPort: number;
  readonly adminPort: number;
};

export type EmulatorOptions = {
  readonly ports: EmulatorPorts;
  /** Config.json of the official emulators; the project's own entities where absent. */
  readonly serviceBusConfig?: string | undefined;
  readonly eventHubsConfig?: string | undefined;
  /** Address to listen on; loopback only (127.0.0.1 and ::1) unless told otherwise. */
  readonly address?: string | undefined;
  readonly log?: ((line: string) => void) | undefined;
};

export type Broker = Launched<{ amqpPort: number; adminPort: number }>;

const entities = join(import.meta.dirname, "..", "infra", "entities");

/** The process that serves Service Bus and Event Hubs on one AMQP port. */
export function startBroker({ ports, log, ...options }: EmulatorOptions): Promise<Broker> {
  const { amqpPort, adminPort } = ports;
  return launch(
    "broker.ts",
    {
      amqpPort,
      adminPort,
      serviceBusConfig: options.serviceBusConfig ?? join(entities, "service-bus.json"),
      eventHubsConfig: options.eventHubsConfig ?? join(entities, "event-hubs.json"),
      ...(options.address !== undefined && { address: options.address }),
    },
    { name: "Service Bus and Event Hubs emulator", log },
  );
}

export type EmulatorSet = {
  readonly azurite: Azurite;
  readonly broker: Broker;
  readonly stop: () => Promise<void>;
};

/** Azurite and the broker, side by side. When one of them cannot start, the other is stopped again. */
export async function startEmulators(options: EmulatorOptions): Promise<EmulatorSet> {
  const starting = [startAzurite(options.ports), startBroker(options)] as const;
  const [azurite, broker] = await allOrNone(starting);
  return {
    azurite,
    broker,
    stop: async () => {
      await Promise.all([broker.stop(), azurite.stop()]);
    },
  };
}

type Stoppable = { readonly stop: () => Promise<void> };

/** Waits for every start; if any fails, stops those that did start and throws the first failure. */
export async function allOrNone<T extends readonly Promise<Stoppable>[]>(
  starting: readonly [...T],
) {
  try {
    return await Promise.all(starting);
  } catch (error) {
    for (const start of starting) await start.then(({ stop }) => stop()).catch(() => {});
    throw error;
  }
}

/** Connection string of the broker, in the form that the official emulators publish. */
export function brokerConnectionString(amqpPort: number): string {
  return [
    amqpPort === AMQP_PORT ? "Endpoint=sb://localhost" : `Endpoint=sb://localhost:${amqpPort}`,
    "SharedAccessKeyName=RootManageSharedAccessKey",
    "SharedAccessKey=SAS_KEY_VALUE",
    "UseDevelopmentEmulator=true;",
  ].join(";");
}

const AMQP_PORT = 5672;
