import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { type Azurite, startAzurite } from "./azurite.ts";
import { buildIfStale } from "./build.ts";
import {
  allOrNone,
  type Broker,
  brokerConnectionString,
  type EmulatorPorts,
  openState,
  type StateOptions,
  startBroker,
} from "./emulatorSet.ts";
import type { Retention } from "./eventHubs/partition.ts";
import { type Host, type HostInfo, type HostPlace, startHosts } from "./hosts.ts";
import { type Launched, launch } from "./launch.ts";
import { succeed } from "./outside/request.ts";
import type { StateFolder } from "./state/stateFolder.ts";

export type StandInPorts = {
  readonly controlPort: number;
  readonly dataversePort: number;
  readonly creditBureauPort: number;
  readonly inventoryPort: number;
  readonly warehousePort: number;
  readonly procurementPort: number;
};
export type StackPorts = EmulatorPorts & StandInPorts & { readonly hostPort: number };

export type StackOptions = {
  /** A port that is not named is a free one. */
  readonly ports?: Partial<StackPorts>;
  /** Settings of the app on top of local.settings(.sample).json and of the addresses of this stack. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly functionKey?: string | undefined;
  readonly masterKey?: string | undefined;
  /** As `func start` does: no keys are asked for. */
  readonly noAuth?: boolean;
  /** Of the first host; the others take those that follow. */
  readonly inspectPort?: number | undefined;
  /** Where everything outlives its process; in memory only where absent. */
  readonly state?: StateOptions | undefined;
  /** How much of each partition of a hub is kept. */
  readonly retention?: Partial<Retention> | undefined;
  /** How many host processes run the app; 1 where absent. */
  readonly hosts?: number;
  readonly log?: (process: string, line: string) => void;
};

export type StandInsInfo = {
  readonly controlUrl: string;
  readonly urls: Readonly<
    Record<"dataverse" | "creditBureau" | "inventory" | "warehouse" | "procurement", string>
  >;
};

/** Everything of one machine, up and wired to each other. Each part can be stopped alone. */
export type Stack = {
  readonly azurite: Azurite;
  readonly broker: Broker;
  readonly standIns: Launched<StandInsInfo>;
  /** The first host: where the stand-in for Dataverse posts to. */
  readonly host: Host;
  /** All hosts that the stack began with, the first among them. */
  readonly hosts: readonly Host[];
  readonly keys: { readonly master: string; readonly function: string };
  readonly connectionStrings: { readonly broker: string; readonly storage: string };
  readonly organizationId: string;
  /** What the host runs with; another host started with these joins the same stack. */
  readonly settings: Readonly<Record<string, string>>;
  /** Another host process on the same broker, storage and stand-ins. */
  readonly startHost: (
    options?: Pick<StackOptions, "settings"> & Partial<HostPlace>,
  ) => Promise<Host>;
  /** Empties queues, hubs, tables and stand-ins; everything goes on running. For a moment when nothing is at work. */
  readonly reset: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

const ORGANIZATION_ID = "c0e1b9a4-6c2b-ee11-a66b-000d3a2b1c00";
const root = join(import.meta.dirname, "..");

/** Builds the app if a source is newer, and starts Azurite, broker, stand-ins and host, fresh without a state. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const { log, state } = options;
  const folder = openState({ state, log: log && ((line) => log("state", line)) });
  try {
    const stack = await startParts(options, folder);
    return {
      ...stack,
      stop: async () => {
        await stack.stop();
        folder?.release();
      },
    };
  } catch (error) {
    folder?.release();
    throw error;
  }
}

async function startParts(options: StackOptions, folder: StateFolder | undefined): Promise<Stack> {
  const { ports = {}, log } = options;
  const keys = { master: options.masterKey ?? newKey(), function: options.functionKey ?? newKey() };
  const lines = (process: string) => log && ((line: string) => log(process, line));

  const [azurite, { broker, standIns }] = await allOrNone([
    startAzurite(
      {
        blobPort: ports.blobPort ?? 0,
        queuePort: ports.queuePort ?? 0,
        tablePort: ports.tablePort ?? 0,
      },
      folder?.paths.azurite,
    ),
    startBrokerAndStandIns(options, folder, lines),
    buildIfStale().then(() => ({ stop: async () => {} })),
  ]);
  const { urls, controlUrl } = standIns.info;
  const connectionStrings = {
    broker: brokerConnectionString(broker.info.amqpPort),
    storage: azurite.connectionString,
  };
  const settings = {
    AzureWebJobsStorage: connectionStrings.storage,
    STORAGE: connectionStrings.storage,
    SERVICE_BUS: connectionStrings.broker,
    EVENT_HUBS: connectionStrings.broker,
    DATAVERSE_URL: urls.dataverse,
    DATAVERSE_ORGANIZATION_ID: ORGANIZATION_ID,
    CREDIT_BUREAU_URL: urls.creditBureau,
    INVENTORY_URL: urls.inventory,
    WAREHOUSE_URL: urls.warehouse,
    PROCUREMENT_URL: urls.procurement,
    ...options.settings,
  };
  const startHost = (
    { name, port, inspectPort }: HostPlace,
    extra: Readonly<Record<string, string>> = {},
  ) =>
    launch<HostInfo>(
      "host/main.ts",
      {
        appDirectory: root,
        port,
        noAuth: options.noAuth ?? false,
        keys,
        settings: { ...settings, ...extra },
      },
      { name: "Functions host", log: lines(name), inspectPort },
    );
  const stopServers = async () => {
    await standIns.stop();
    await Promise.all([broker.stop(), azurite.stop()]);
  };
  try {
    const { hosts: count = 1, inspectPort } = options;
    const hosts = await startHosts(
      { count, port: ports.hostPort ?? 0, inspectPort },
      (place: HostPlace) => startHost(place),
    );
    const [host] = hosts;
    const app = { url: host.info.url, functionKey: keys.function };
    await succeed("PUT", `${controlUrl}/dataverse/app`, { body: app });
    return {
      azurite,
      broker,
      standIns,
      host,
      hosts,
      keys,
      connectionStrings,
      organizationId: ORGANIZATION_ID,
      settings,
      startHost: ({ settings: extra, ...place } = {}) =>
        startHost({ name: "host", port: 0, inspectPort: undefined, ...place }, extra),
      reset: async () => {
        await succeed("POST", `http://127.0.0.1:${broker.info.adminPort}/reset`);
        await succeed("POST", `${controlUrl}/reset`);
        await deleteTables(connectionStrings.storage);
      },
      stop: async () => {
        await Promise.all(hosts.map(({ stop }) => stop()));
        await stopServers();
      },
    };
  } catch (error) {
    await stopServers();
    throw error;
  }
}

/** The stand-ins post to the broker, so they want its port; both are up long before Azurite. */
async function startBrokerAndStandIns(
  { ports = {}, state, retention }: StackOptions,
  folder: StateFolder | undefined,
  lines: (process: string) => ((line: string) => void) | undefined,
) {
  const brokerPorts = { amqpPort: ports.amqpPort ?? 0, adminPort: ports.adminPort ?? 0 };
  const broker = await startBroker(
    { ports: { ...noPorts, ...brokerPorts }, state, retention, log: lines("broker") },
    folder,
  );
  try {
    const standIns = await launch<StandInsInfo>(
      "standIns/main.ts",
      {
        controlPort: ports.controlPort ?? 0,
        ports: {
          dataverse: ports.dataversePort ?? 0,
          creditBureau: ports.creditBureauPort ?? 0,
          inventory: ports.inventoryPort ?? 0,
          warehouse: ports.warehousePort ?? 0,
          procurement: ports.procurementPort ?? 0,
        },
        serviceBus: brokerConnectionString(broker.info.amqpPort),
        organizationId: ORGANIZATION_ID,
      },
      { name: "stand-ins", log: lines("stand-ins") },
    );
    return { broker, standIns, stop: () => standIns.stop().then(broker.stop) };
  } catch (error) {
    await broker.stop();
    throw error;
  }
}

const noPorts = { blobPort: 0, queuePort: 0, tablePort: 0 };

/** The app creates a table again when it meets none. */
async function deleteTables(connectionString: string): Promise<void> {
  const { TableServiceClient } = await import("@azure/data-tables");
  const service = TableServiceClient.fromConnectionString(connectionString, {
    allowInsecureConnection: true,
  });
  for await (const { name } of service.listTables()) if (name) await service.deleteTable(name);
}

function newKey(): string {
  return randomBytes(30).toString("base64url");
}
