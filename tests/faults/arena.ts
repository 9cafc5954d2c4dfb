import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brokerConnectionString } from "../../local/emulatorSet.ts";
import { succeed } from "../../local/outside/request.ts";
import { type Stack, startStack } from "../../local/stack.ts";
import { createWorld, type World } from "../../local/story/world.ts";
import { type BrokerFaults, brokerFaults } from "../support/brokerFaults.ts";
import { type FaultProxy, startFaultProxy } from "../support/faultProxy.ts";
import { type Relay, startRelay } from "../support/relay.ts";
import { createFleet, type Fleet, failpointsModule } from "./fleet.ts";
import { withoutCreditCheck } from "./orders.ts";
import { settings } from "./settings.ts";
import { createTables } from "./tableRows.ts";

/** A line that a process of the stack printed. */
export type LogLine = { readonly process: string; readonly line: string };

/** One running stack with every lever of the faults on it. It serves many rows and seeds. */
export type Arena = {
  readonly stack: Stack;
  readonly world: World;
  readonly fleet: Fleet;
  /** Between the app and its tables. */
  readonly tables: FaultProxy;
  /** Between the app and its blobs. */
  readonly blobs: FaultProxy;
  /** Between the app's hosts and the bus; Dataverse and the judge go around it. */
  readonly bus: Relay;
  readonly broker: BrokerFaults;
  /** Takes back every lock: a worker that is gone, or cut off, keeps its own for a minute. */
  readonly expireLocks: () => Promise<void>;
  readonly log: readonly LogLine[];
  /** Takes every fault away that can be taken away; what it has done stays done. */
  readonly heal: () => Promise<void>;
  /** Throws away what a failed run has left, hosts included: they may hold what is thrown away. */
  readonly clear: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

export const QUEUES = ["dataverse-events", "orders", "warehouse"] as const;

const SERVICES = ["dataverse", "credit-bureau", "inventory", "warehouse", "procurement"] as const;

export async function startArena({
  appDirectory,
}: {
  /** Another build of the app. */
  readonly appDirectory?: string | undefined;
} = {}): Promise<Arena> {
  const directory = mkdtempSync(join(tmpdir(), "faults-"));
  const armedFile = join(directory, "armed");
  const log: LogLine[] = [];
  const ports = { table: 0, blob: 0, amqp: 0 };
  const [tables, blobs, bus] = await Promise.all([
    startFaultProxy(() => `http://127.0.0.1:${ports.table}`),
    startFaultProxy(() => `http://127.0.0.1:${ports.blob}`),
    startRelay(() => ports.amqp),
  ]);
  const stack = await startStack({
    appDirectory,
    preload: failpointsModule(armedFile),
    log: (process, line) => void log.push({ process, line }),
    settings: {
      ...settings,
      STORAGE: storageAt({ tables, blobs }),
      SERVICE_BUS: brokerConnectionString(bus.port),
    },
  });
  ports.table = stack.azurite.ports.tablePort;
  ports.blob = stack.azurite.ports.blobPort;
  ports.amqp = stack.broker.info.amqpPort;
  const world = createWorld(stack);
  const broker = brokerFaults(`http://127.0.0.1:${stack.broker.info.adminPort}`);
  const expireLocks = async () => {
    for (const queue of QUEUES) await broker.inject("expire-locks", { queue });
  };
  const fleet = createFleet({ stack, armedFile, onDeath: expireLocks });

  return {
    stack,
    world,
    fleet,
    tables,
    blobs,
    bus,
    broker,
    expireLocks,
    log,
    async heal() {
      fleet.disarm();
      tables.heal();
      blobs.heal();
      bus.up();
      for (const service of SERVICES) {
        await world.standIns.bringBack(service);
        await world.standIns.behave(service, { mode: "ok" });
      }
      await fleet.whole();
    },
    async clear() {
      await fleet.shape({ hosts: 0, settings: {} });
      await stack.reset();
    },
    async stop() {
      await fleet.stop();
      await stack.stop();
      await Promise.all([tables.stop(), blobs.stop(), bus.close()]);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/**
 * Forgets what stand-ins and broker have seen, planned faults and dead letters included, so that all they have at the
 * end of a run is of that run. For a moment when nothing is under way.
 */
export async function forget(arena: Arena): Promise<void> {
  const { world, stack } = arena;
  await createTables(arena);
  await succeed("POST", `http://127.0.0.1:${stack.broker.info.adminPort}/reset`);
  await world.standIns.reset();
  await succeed("PUT", `${stack.standIns.info.controlUrl}/dataverse/app`, {
    body: { url: stack.host.info.url, functionKey: stack.keys.function },
  });
  await withoutCreditCheck({ world });
}

/** The account is the emulator's published one. */
function storageAt({ tables, blobs }: Record<"tables" | "blobs", FaultProxy>): string {
  return [
    "DefaultEndpointsProtocol=http",
    "AccountName=devstoreaccount1",
    "AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
    `BlobEndpoint=${blobs.url}/devstoreaccount1`,
    `TableEndpoint=${tables.url}/devstoreaccount1`,
    "",
  ].join(";");
}
