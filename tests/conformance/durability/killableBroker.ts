import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Launched, launch } from "../../../local/launch.ts";
import type { BrokerPorts } from "../../../local/startBroker.ts";
import { emulatorConnectionString } from "../../support/startBroker.ts";

export type KillableBroker = {
  readonly connectionString: () => string;
  readonly adminUrl: () => string;
  /** SIGKILL, then a new process on the same files and port. */
  readonly killAndStart: () => Promise<void>;
  /** A clean stop, then a new process. */
  readonly restart: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** The broker in a process of its own that keeps its state in a folder of the test's own. */
export async function startKillableBroker(
  options: { readonly queues?: readonly object[]; readonly hubs?: readonly object[] } = {},
): Promise<KillableBroker> {
  const directory = mkdtempSync(join(tmpdir(), "broker-state-"));
  const { queues = [{ Name: "orders", Properties: { MaxDeliveryCount: 1_000 } }], hubs = [] } =
    options;
  const config = (name: string, content: object) => {
    writeFileSync(join(directory, name), JSON.stringify({ UserConfig: content }));
    return join(directory, name);
  };
  const serviceBusConfig = config("service-bus.json", {
    Namespaces: [{ Name: "n", Queues: queues, Topics: [] }],
  });
  const eventHubsConfig = config("event-hubs.json", {
    NamespaceConfig: [{ Type: "EventHub", Name: "n", Entities: hubs }],
  });
  const state = { directory: join(directory, "state") };
  const start = ({ amqpPort, adminPort }: BrokerPorts) =>
    launch<BrokerPorts>(
      "broker.ts",
      { amqpPort, adminPort, serviceBusConfig, eventHubsConfig, state },
      { name: "broker" },
    );
  let broker: Launched<BrokerPorts> = await start({ amqpPort: 0, adminPort: 0 });

  return {
    connectionString: () => emulatorConnectionString(broker.info.amqpPort),
    adminUrl: () => `http://127.0.0.1:${broker.info.adminPort}`,
    killAndStart: async () => {
      process.kill(broker.pid, "SIGKILL");
      await broker.exited;
      broker = await start(broker.info);
    },
    restart: async () => {
      await broker.stop();
      broker = await start(broker.info);
    },
    stop: async () => {
      await broker.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
