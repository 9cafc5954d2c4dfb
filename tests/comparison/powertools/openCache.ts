import { CachePersistenceLayer } from "@aws-lambda-powertools/idempotency/cache";
import type { Column } from "../executor.ts";
import { versionsOf } from "../versions.ts";
import { holdMachineClock } from "./machineClock.ts";
import { createMemoryCache } from "./memoryCache.ts";
import { createPowertoolsExecutor, type PowertoolsOptions } from "./powertoolsExecutor.ts";

/** Powertools over its cache layer, here a cache in memory. */
export async function openCache(wrapper: PowertoolsOptions["wrapper"]): Promise<Column> {
  const cache = createMemoryCache();
  const clock = holdMachineClock();
  const newLayer = () => new CachePersistenceLayer({ client: cache.client });

  return {
    name: `Powertools ${wrapper}, cache`,
    versions: `${versionsOf("@aws-lambda-powertools/idempotency")}, a cache in memory`,
    worker: (options) => createPowertoolsExecutor({ ...options, wrapper, newLayer }),
    advance: clock.advance,
    storeCalls: cache.calls,
    loseNextAnswer: cache.loseNextAnswer,
    close: async () => clock.release(),
  };
}
