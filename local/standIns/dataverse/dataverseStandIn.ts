import type { Memories } from "../memory/memory.ts";
import { createStandIn } from "../service/standIn.ts";
import { createEnvironment, type EnvironmentOptions } from "./environment.ts";
import { dataverseRefusal } from "./fault.ts";

export function createDataverse({
  memories,
  ...options
}: Omit<EnvironmentOptions, "ledger" | "memory" | "commit"> & { readonly memories: Memories }) {
  return createStandIn({
    name: "dataverse",
    time: options.time,
    memories,
    renderRefusal: dataverseRefusal,
    create: (ledger, memory) => {
      const { commit } = memories;
      const environment = createEnvironment({ ...options, ledger, memory, commit });
      return { ...environment, close: environment.jobs.stop };
    },
  });
}

export type Dataverse = ReturnType<typeof createDataverse>;
