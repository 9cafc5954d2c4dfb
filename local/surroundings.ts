import { type Azurite, startAzurite } from "./azurite.ts";
import {
  allOrNone,
  azuriteState,
  type Broker,
  brokerConnectionString,
  type EmulatorPorts,
  openState,
  type StateOptions,
  startBroker,
} from "./emulatorSet.ts";
import type { Retention } from "./eventHubs/partition.ts";
import { type Launched, launch } from "./launch.ts";
import { succeed } from "./outside/request.ts";
import type { StateFolder } from "./state/stateFolder.ts";

type StandInPorts = {
  readonly controlPort: number;
  readonly dataversePort: number;
  readonly creditBureauPort: number;
  readonly inventoryPort: number;
  readonly warehousePort: number;
  readonly procurementPort: number;
};
export type SurroundingsPorts = EmulatorPorts & StandInPorts;

export type SurroundingsOptions = {
  /** A port that is not named is a free one. */
  readonly ports?: Partial<SurroundingsPorts>;
  /** Where everything outlives its process; in memory only where absent. */
  readonly state?: StateOptions | undefined;
  /** How much of each partition of a hub is kept. */
  readonly retention?: Partial<Retention> | undefined;
  /** The one table whose steps are on in the stand-in for Dataverse; those of both where absent. */
  readonly orderTable?: string | undefined;
  /** Where the stand-in for Dataverse posts its messages, when not to our own broker. */
  readonly serviceBus?: string;
  /** Queues in the official emulators' shape; the project's own where absent. */
  readonly serviceBusConfig?: string;
  readonly log?: (process: string, line: string) => void;
};

export type StandInsInfo = {
  readonly controlUrl: string;
  readonly urls: Readonly<
    Record<"dataverse" | "creditBureau" | "inventory" | "warehouse" | "procurement", string>
  >;
};

/** All that an app of this repository talks to, up and wired to each other. Each part can be stopped alone. */
export type Surroundings = {
  readonly azurite: Azurite;
  readonly broker: Broker;
  readonly standIns: Launched<StandInsInfo>;
  readonly connectionStrings: { readonly broker: string; readonly storage: string };
  readonly organizationId: string;
  /** Settings with which the app finds its way. */
  readonly settings: Readonly<Record<string, string>>;
  /** Tells the stand-in for Dataverse where its plug-in and its webhook call. */
  readonly connectApp: (app: { url: string; functionKey: string }) => Promise<void>;
  /** Empties queues, hubs, tables and stand-ins; everything goes on running. For a moment when nothing is at work. */
  readonly reset: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

const ORGANIZATION_ID = "c0e1b9a4-6c2b-ee11-a66b-000d3a2b1c00";

/** Starts Azurite, broker and stand-ins: where they were with a state, fresh without. */
export async function startSurroundings(options: SurroundingsOptions = {}): Promise<Surroundings> {
  const { log, state } = options;
  const folder = openState({
    state,
    serviceBusConfig: options.serviceBusConfig,
    log: log && ((line) => log("state", line)),
  });
  try {
    const surroundings = await startParts(options, folder);
    folder?.noteBegun(["azurite", "broker", "standIns"]);
    return {
      ...surroundings,
      stop: async () => {
        await surroundings.stop();
        folder?.release();
      },
    };
  } catch (error) {
    folder?.release();
    throw error;
  }
}

async function startParts(
  options: SurroundingsOptions,
  folder: StateFolder | undefined,
): Promise<Surroundings> {
  const { blobPort = 0, queuePort = 0, tablePort = 0 } = options.ports ?? {};
  const [azurite, { broker, standIns }] = await allOrNone([
    startAzurite(
      { blobPort, queuePort, tablePort },
      azuriteState(folder),
      options.log && ((line) => options.log?.("azurite", line)),
    ),
    startBrokerAndStandIns(options, folder),
  ]);
  const { urls, controlUrl } = standIns.info;
  const connectionStrings = {
    broker: brokerConnectionString(broker.info.amqpPort),
    storage: azurite.connectionString,
  };
  return {
    azurite,
    broker,
    standIns,
    connectionStrings,
    organizationId: ORGANIZATION_ID,
    settings: {
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
    },
    connectApp: async (app) => {
      await succeed("PUT", `${controlUrl}/dataverse/app`, { body: app });
    },
    reset: async () => {
      await succeed("POST", `http://127.0.0.1:${broker.info.adminPort}/reset`);
      await succeed("POST", `${controlUrl}/reset`);
      await deleteTables(connectionStrings.storage);
    },
    stop: async () => {
      await standIns.stop();
      await Promise.all([broker.stop(), azurite.stop()]);
    },
  };
}

/** The stand-ins post to the broker, so they want its port; both are up long before Azurite. */
async function startBrokerAndStandIns(
  {
    ports = {},
    state,
    retention,
    log,
    serviceBus,
    serviceBusConfig,
    orderTable,
  }: SurroundingsOptions,
  folder: StateFolder | undefined,
) {
  const lines = (process: string) => log && ((line: string) => log(process, line));
  const { amqpPort = 0, adminPort = 0, controlPort = 0 } = ports;
  const broker = await startBroker(
    {
      ports: { amqpPort, adminPort },
      serviceBusConfig,
      state,
      retention,
      log: lines("broker"),
    },
    folder,
  );
  try {
    const standIns = await launch<StandInsInfo>(
      "standIns/main.ts",
      {
        controlPort,
        ports: {
          dataverse: ports.dataversePort ?? 0,
          creditBureau: ports.creditBureauPort ?? 0,
          inventory: ports.inventoryPort ?? 0,
          warehouse: ports.warehousePort ?? 0,
          procurement: ports.procurementPort ?? 0,
        },
        serviceBus: serviceBus ?? brokerConnectionString(broker.info.amqpPort),
        organizationId: ORGANIZATION_ID,
        orderTable,
        ...(folder && {
          state: {
            directory: folder.paths.standIns,
            begun: folder.hasBegun("standIns"),
            sync: state?.sync ?? false,
          },
        }),
      },
      { name: "stand-ins", log: lines("stand-ins") },
    );
    return { broker, standIns, stop: () => standIns.stop().then(broker.stop) };
  } catch (error) {
    await broker.stop();
    throw error;
  }
}

/** The app creates a table again when it meets none. */
async function deleteTables(connectionString: string): Promise<void> {
  const { TableServiceClient } = await import("@azure/data-tables");
  const service = TableServiceClient.fromConnectionString(connectionString, {
    allowInsecureConnection: true,
  });
  for await (const { name } of service.listTables()) if (name) await service.deleteTable(name);
}
