import { randomUUID } from "node:crypto";
import { inspect } from "node:util";
import type { Running } from "../child.ts";
import { withFreshOffer } from "../state/freshOffer.ts";
import { dataverseRoutes } from "./control/dataverseRoutes.ts";
import { createRouter, type Route } from "./control/route.ts";
import { keyedRoutes, serviceRoutes } from "./control/serviceRoutes.ts";
import { createDataverse } from "./dataverse/dataverseStandIn.ts";
import type { App } from "./dataverse/doors/app.ts";
import { createServiceBusSender } from "./dataverse/doors/serviceBusSender.ts";
import { defaultLimits } from "./dataverse/environment.ts";
import { organizationOf } from "./dataverse/organization.ts";
import { createKeyedStandIns } from "./keyed/keyedStandIns.ts";
import { type Memories, processMemories } from "./memory/memory.ts";
import { openMemories } from "./memory/openMemories.ts";
import type { StandInsInfo, StandInsOptions } from "./options.ts";
import { createStandIn } from "./service/standIn.ts";
import { systemTime } from "./time.ts";

const defaultQueue = "dataverse-events";

/**
 * Dataverse, credit bureau, inventory, warehouse and procurement on ports of their own, and the control
 * API. Throws a DamagedStateError or a StateInUseError when what they remember cannot be read.
 */
export async function startStandIns(options: StandInsOptions): Promise<Running<StandInsInfo>> {
  let memories = processMemories;
  try {
    if (options.state) memories = openMemories({ ...options.state, log: warn });
    const { info, stop } = await serve(options, memories);
    return { info, stop: () => stop().finally(memories.close) };
  } catch (error) {
    memories.close();
    throw withFreshOffer(error);
  }
}

async function serve(options: StandInsOptions, memories: Memories): Promise<Running<StandInsInfo>> {
  const time = systemTime;
  let app = options.app;
  const sender = createServiceBusSender(options.serviceBus, options.queue ?? defaultQueue);
  const keyed = createKeyedStandIns({ time, memories });
  const dataverse = createDataverse({
    organization: organizationOf(options.organizationId),
    app: () => app,
    sender,
    time,
    memories,
    newId: randomUUID,
    limits: { ...defaultLimits, ...options.limits },
    orderTable: options.orderTable,
  });
  const all = { dataverse, ...keyed };
  const setApp = (next: App) => {
    app = next;
  };
  const control = createControl(memories, [
    ...serviceRoutes(Object.values(all)),
    ...keyedRoutes(keyed),
    ...dataverseRoutes(dataverse, setApp),
  ]);

  const { ports } = options;
  const stop = async () => {
    await Promise.all([control.stop(), ...Object.values(all).map((one) => one.stop())]);
    await sender.close();
  };
  const started = await Promise.allSettled([
    control.service.up(options.controlPort),
    dataverse.service.up(ports.dataverse),
    keyed.creditBureau.service.up(ports.creditBureau),
    keyed.inventory.service.up(ports.inventory),
    keyed.warehouse.service.up(ports.warehouse),
    keyed.procurement.service.up(ports.procurement),
  ]);
  const failed = started.find((result) => result.status === "rejected");
  if (failed !== undefined) {
    await stop();
    throw failed.reason;
  }
  const info: StandInsInfo = {
    controlUrl: control.service.url(),
    urls: {
      dataverse: dataverse.service.url(),
      creditBureau: keyed.creditBureau.service.url(),
      inventory: keyed.inventory.service.url(),
      warehouse: keyed.warehouse.service.url(),
      procurement: keyed.procurement.service.url(),
    },
  };
  return { info, stop };
}

/** The control API is a service like the others, but nothing takes it down, a full disk neither. */
function createControl(memories: Memories, routes: readonly Route[]) {
  const overview: Route = {
    method: "GET",
    path: "/",
    about: "this list",
    run: () => [overview, ...routes].map(({ method, path, about }) => ({ method, path, about })),
  };
  const handle = createRouter([overview, ...routes]);
  return createStandIn({
    name: "control",
    time: systemTime,
    memories: { ...memories, makeRoom: () => {} },
    create: () => ({ handle }),
  });
}

function warn(event: string, details: Readonly<Record<string, unknown>>): void {
  process.stderr.write(`${event} ${inspect(details)}\n`);
}
