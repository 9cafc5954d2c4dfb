import { join } from "node:path";
import {
  type Broker,
  brokerConnectionString,
  type StateOptions,
  startBroker,
} from "../local/emulatorSet.ts";

const freePorts = { amqpPort: 0, adminPort: 0 };

/** Queue of fixtures/entities.json, without duplicate detection, which remembers ids on purpose. */
export const QUEUE = "bench";
export const HUB = "telemetry";

export type BenchBroker = Broker & { readonly connectionString: string };

/** The emulator in a process of its own, for as long as `use` takes. */
export async function withBroker<T>(use: (broker: BenchBroker) => Promise<T>): Promise<T> {
  const broker = await startBenchBroker();
  try {
    return await use(broker);
  } finally {
    await broker.stop();
  }
}

/** In memory, or with its files in a folder. */
export async function startBenchBroker(state?: StateOptions): Promise<BenchBroker> {
  const broker = await startBroker(
    {
      ports: freePorts,
      serviceBusConfig: join(import.meta.dirname, "fixtures", "entities.json"),
      state,
    },
    state && { hasBegun: () => false, paths: { broker: state.directory }, createdAtMs: Date.now() },
  );
  return { ...broker, connectionString: brokerConnectionString(broker.info.amqpPort) };
}
