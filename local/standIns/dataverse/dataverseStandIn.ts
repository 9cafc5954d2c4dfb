import { createStandIn } from "../service/standIn.ts";
import { createEnvironment, type EnvironmentOptions } from "./environment.ts";
import { dataverseRefusal } from "./fault.ts";

export function createDataverse(options: Omit<EnvironmentOptions, "ledger">) {
  return createStandIn({
    name: "dataverse",
    time: options.time,
    renderRefusal: dataverseRefusal,
    create: (ledger) => {
      const environment = createEnvironment({ ...options, ledger });
      return { ...environment, close: environment.jobs.stop };
    },
  });
}

export type Dataverse = ReturnType<typeof createDataverse>;
