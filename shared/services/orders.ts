import { createSendCommand } from "../adapters/commandQueue.ts";
import { createWriteBack } from "../adapters/dataverseFulfilments.ts";
import { createReadOrderRow } from "../adapters/dataverseOrders.ts";
import { createDispatchLog } from "../adapters/dispatchLog.ts";
import { createInventory } from "../adapters/inventory.ts";
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
import { createTargets } from "./targets.ts";

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
  const { orderProfile: profile } = config;
  const table = createTable(config.tables, "orders", { timeoutMs: config.STORAGE_TIMEOUT_MS });
  const store = createOrderStore({ table, newId });
  const { claim } = createIdempotency({ store, clock, leaseMs: config.LEASE_MS });
  const { dataverse, keyed: targets } = createTargets({ config, breakers });

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
