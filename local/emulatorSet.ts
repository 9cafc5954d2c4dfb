import { join } from "node:path";
import { type Azurite, type AzuritePorts, startAzurite } from "./azurite.ts";
import { readEntities } from "./entities.ts";
import type { Retention } from "./eventHubs/partition.ts";
import { type Launched, launch } from "./launch.ts";
import { openStateFolder, type StateFolder } from "./state/stateFolder.ts";

type BrokerPorts = { readonly amqpPort: number; readonly adminPort: number };
export type EmulatorPorts = AzuritePorts & BrokerPorts;

export type BrokerOptions = {
  readonly ports: BrokerPorts;
  /** Config.json of the official emulators; the project's own entities where absent. */
  readonly serviceBusConfig?: string | undefined;
  readonly eventHubsConfig?: string | undefined;
  /** Address to listen on; loopback only (127.0.0.1 and ::1) unless told otherwise. */
  readonly address?: string | undefined;
  /** Where everything outlives its process; in memory only where absent. */
  readonly state?: StateOptions | undefined;
  /** How much of each partition of a hub is kept. */
  readonly retention?: Partial<Retention> | undefined;
  readonly log?: ((line: string) => void) | undefined;
};

export type EmulatorOptions = BrokerOptions & { readonly ports: EmulatorPorts };

export type StateOptions = {
  readonly directory: string;
  /** Forgets what is there. */
  readonly fresh?: boolean;
  /** Whether acknowledgements wait for the disk itself. */
  readonly sync?: boolean;
};

export type Broker = Launched<{ amqpPort: number; adminPort: number }>;

const entities = join(import.meta.dirname, "..", "infra", "entities");

/** The process that serves Service Bus and Event Hubs on one AMQP port. */
export function startBroker(
  { ports, log, state, retention, ...options }: BrokerOptions,
  folder?: Pick<StateFolder, "createdAtMs" | "hasBegun"> & {
    readonly paths: { readonly broker: string };
  },
): Promise<Broker> {
  const { amqpPort, adminPort } = ports;
  return launch(
    "broker.ts",
    {
      amqpPort,
      adminPort,
      ...entityFiles(options),
      ...(options.address !== undefined && { address: options.address }),
      ...(retention && { retention }),
      ...(folder && {
        state: {
          directory: folder.paths.broker,
          createdAtMs: folder.createdAtMs,
          begun: folder.hasBegun("broker"),
          sync: state?.sync ?? false,
        },
      }),
    },
    { name: "Service Bus and Event Hubs emulator", log },
  );
}

/** The folder of a start that is to continue where the last one ended; undefined for one in memory. */
export function openState({ state, log, ...options }: Omit<BrokerOptions, "ports">) {
  if (!state) return undefined;
  const { queues, hubs } = readEntities(entityFiles(options));
  const entities = { queues: queues.map(({ name }) => name), hubs: hubs.map(({ name }) => name) };
  const folder = openStateFolder({ ...state, entities });
  for (const note of folder.notes) log?.(note);
  return folder;
}

/** Azurite's part of the folder. */
export function azuriteState(folder: StateFolder | undefined) {
  return folder && { directory: folder.paths.azurite, begun: folder.hasBegun("azurite") };
}

function entityFiles(options: Pick<BrokerOptions, "serviceBusConfig" | "eventHubsConfig">) {
  return {
    serviceBusConfig: options.serviceBusConfig ?? join(entities, "service-bus.json"),
    eventHubsConfig: options.eventHubsConfig ?? join(entities, "event-hubs.json"),
  };
}

export type EmulatorSet = {
  readonly azurite: Azurite;
  readonly broker: Broker;
  readonly stop: () => Promise<void>;
};

/** Azurite and the broker, side by side. When one of them cannot start, the other is stopped again. */
export async function startEmulators(options: EmulatorOptions): Promise<EmulatorSet> {
  const folder = openState(options);
  try {
    const [azurite, broker] = await allOrNone([
      startAzurite(options.ports, azuriteState(folder), options.log),
      startBroker(options, folder),
    ]);
    folder?.noteBegun(["azurite", "broker"]);
    return {
      azurite,
      broker,
      stop: async () => {
        await Promise.all([broker.stop(), azurite.stop()]);
        folder?.release();
      },
    };
  } catch (error) {
    folder?.release();
    throw error;
  }
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
