import { createSendCommand } from "../adapters/commandQueue.ts";
import { createDataverseApi } from "../adapters/dataverseApi.ts";
import { createWriteBack } from "../adapters/dataverseFulfilments.ts";
import { createReadOrderRow } from "../adapters/dataverseOrders.ts";
import { createDataverseToken } from "../adapters/dataverseToken.ts";
import { createDispatchLog } from "../adapters/dispatchLog.ts";
import { createInventory } from "../adapters/inventory.ts";
import { createKeyedHttp, type KeyedHttp } from "../adapters/keyedHttp.ts";
import { createOrderStore } from "../adapters/orderStore.ts";
import { createProcurement } from "../adapters/procurement.ts";
import type { MessageSender } from "../adapters/serviceBusSender.ts";
import { createTable } from "../adapters/tables.ts";
import { createWarehouse } from "../adapters/warehouse.ts";
import type { Config } from "../config.ts";
import { createDiscardCommand } from "../domain/discardCommand.ts";
import { createDispatchShipment } from "../domain/dispatchShipment.ts";
import { orderOf } from "../domain/orderEvent.ts";
import { viewOf } from "../domain/orderTraces.ts";
import type { ReadOrder } from "../domain/orderView.ts";
import { createProcessOrder } from "../domain/processOrder.ts";
import type { Telemetry } from "../domain/telemetryEvent.ts";
import type { Clock } from "../patterns/clock.ts";
import { sha256 } from "../patterns/digest.ts";
import type { FleetBreakers } from "../patterns/fleetBreakers.ts";
import { createIdempotency } from "../patterns/idempotency.ts";

export type OrderServices = ReturnType<typeof createOrderServices>;

type OrderOptions = {
  readonly config: Config;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly telemetry: Telemetry;
  readonly senderOf: (queue: string) => MessageSender;
  readonly breakers: Pick<FleetBreakers, "run">;
};

/** Processing's and dispatch's part of the composition root. */
export function createOrderServices({
  config,
  clock,
  newId,
  telemetry,
  senderOf,
  breakers,
}: OrderOptions) {
  const { orderProfile: profile, TARGET_TIMEOUT_MS: timeoutMs, DATAVERSE_URL: url } = config;
  const table = createTable(config.tables, "orders", { timeoutMs: config.STORAGE_TIMEOUT_MS });
  const store = createOrderStore({ table, newId });
  const { claim } = createIdempotency({ store, clock, leaseMs: config.LEASE_MS });
  const { DATAVERSE_ACCESS_TOKEN: fixedToken, DATAVERSE_CLIENT_ID: clientId } = config;
  const accessToken = createDataverseToken({ url, fixedToken, clientId });
  const dataverse = behind(
    breakers,
    "dataverse",
    createDataverseApi({ url, accessToken, timeoutMs }),
  );
  const keyed = (target: string, baseUrl: string): KeyedHttp =>
    behind(breakers, target, createKeyedHttp({ target, baseUrl, timeoutMs }));

  const targets = {
    inventory: keyed("inventory", config.INVENTORY_URL),
    procurement: keyed("procurement", config.PROCUREMENT_URL),
    warehouse: keyed("warehouse", config.WAREHOUSE_URL),
  };

  const processOrder = createProcessOrder(
    {
      ledger: { load: store.load, note: store.note, fence: store.fence, claim },
      readRow: createReadOrderRow(dataverse, profile),
      inventory: createInventory(targets.inventory),
      procurement: createProcurement(targets.procurement),
      sendCommand: createSendCommand(senderOf(config.WAREHOUSE_QUEUE)),
      writeBack: createWriteBack(dataverse, sha256),
      telemetry,
      clock,
    },
    {
      visibleWithinMs: config.ROW_VISIBLE_WITHIN_MS,
      abandonedAfterMs: 2 * config.RETRY_MAX_DELAY_MS + config.LEASE_MS,
    },
  );

  const log = createDispatchLog({ table, newId });
  const dispatchShipment = createDispatchShipment({
    log,
    commandWarehouse: createWarehouse(targets.warehouse),
    digest: sha256,
    telemetry,
    clock,
  });

  const discard = createDiscardCommand({ log, clock });
  const orderOfRow = (rowId: string) => orderOf({ table: profile.table, rowId });
  const discardCommand = (rowId: string, sequence: number, by: string) =>
    discard(orderOfRow(rowId), sequence, by);

  const readOrder: ReadOrder = async (rowId, awaited) => {
    const traces = await store.traces(orderOfRow(rowId));
    return viewOf(rowId, traces, clock.now(), awaited);
  };

  return { processOrder, dispatchShipment, discardCommand, readOrder, targets };
}

type Calls = Readonly<Record<string, (...args: never[]) => Promise<unknown>>>;

/** The same calls, each made only while the system's breaker lets it. */
function behind<Target extends Calls>(
  { run }: Pick<FleetBreakers, "run">,
  name: string,
  target: Target,
): Target {
  const guarded = Object.entries(target).map(([method, call]) => [
    method,
    (...args: never[]) => run(name, () => call(...args)),
  ]);
  return Object.fromEntries(guarded) as Target;
}
