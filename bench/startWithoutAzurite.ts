import { join } from "node:path";
import { buildIfStale } from "../local/build.ts";
import { brokerConnectionString, startBroker } from "../local/emulatorSet.ts";
import { launch } from "../local/launch.ts";
import type { StandInsInfo } from "../local/surroundings.ts";

const freePorts = { amqpPort: 0, adminPort: 0 };

/**
 * What `npm start` does, but for Azurite: takes the settings of a stack that is up from its parent,
 * starts broker, stand-ins and host in the order of local/stack.ts, says so, and ends with its parent.
 */
process.once("message", (settings: Readonly<Record<string, string>>) => void start(settings));

async function start(settings: Readonly<Record<string, string>>): Promise<void> {
  const [{ broker, standIns }] = await Promise.all([
    startBrokerAndStandIns(settings),
    buildIfStale(),
  ]);
  const connectionString = brokerConnectionString(broker.info.amqpPort);
  const { urls } = standIns.info;
  const host = await launch(
    "host/main.ts",
    {
      appDirectory: join(import.meta.dirname, ".."),
      port: 0,
      keys: { master: "bench", function: "bench" },
      settings: {
        ...settings,
        SERVICE_BUS: connectionString,
        EVENT_HUBS: connectionString,
        DATAVERSE_URL: urls.dataverse,
        CREDIT_BUREAU_URL: urls.creditBureau,
        INVENTORY_URL: urls.inventory,
        WAREHOUSE_URL: urls.warehouse,
        PROCUREMENT_URL: urls.procurement,
      },
    },
    { name: "Functions host" },
  );
  process.once("disconnect", () => {
    void Promise.all([host.stop(), standIns.stop(), broker.stop()]).then(() => process.exit());
  });
  process.send?.("ready");
}

async function startBrokerAndStandIns(settings: Readonly<Record<string, string>>) {
  const broker = await startBroker({ ports: freePorts });
  const standIns = await launch<StandInsInfo>(
    "standIns/main.ts",
    {
      controlPort: 0,
      ports: { dataverse: 0, creditBureau: 0, inventory: 0, warehouse: 0, procurement: 0 },
      serviceBus: brokerConnectionString(broker.info.amqpPort),
      organizationId: settings["DATAVERSE_ORGANIZATION_ID"],
    },
    { name: "stand-ins" },
  );
  return { broker, standIns };
}
