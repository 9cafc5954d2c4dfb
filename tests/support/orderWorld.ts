import type { FulfilmentResult } from "../../shared/domain/fulfilOrder.ts";
import type { OrderEvent } from "../../shared/domain/orderEvent.ts";
import type { OrderRow } from "../../shared/domain/orderRow.ts";
import { viewOf } from "../../shared/domain/orderTraces.ts";
import { createProcessOrder, type ProcessOrderPorts } from "../../shared/domain/processOrder.ts";
import type { WarehouseCommand } from "../../shared/domain/warehouseCommand.ts";
import type { OrderDelivery } from "../../shared/domain/workOnOrder.ts";
import { TerminalError } from "../../shared/errors.ts";
import { createIdempotency } from "../../shared/patterns/idempotency.ts";
import { aRow, ORDER, ROW_ID } from "./anOrder.ts";
import { fakeClock } from "./fakeClock.ts";
import { createFakeTargets } from "./fakeTargets.ts";
import { createMemoryOrderStore } from "./memoryOrderStore.ts";

export const LEASE_MS = 60_000;
export const ABANDONED_AFTER_MS = 20 * LEASE_MS;

/** Called around each outgoing and storage call, by its name; what it throws the caller meets. */
export type Interference = (point: string) => void | Promise<void>;

/**
 * Everything around one order, in memory: its Dataverse row, stock, procurement, the command queue, result rows and
 * the order store. Targets honour their keys; `interfere` stands for their failures and for crashes of ours.
 */
export function createOrderWorld() {
  const clock = fakeClock();
  const store = createMemoryOrderStore();
  const commands = new Map<string, WarehouseCommand>();
  const results = new Map<string, FulfilmentResult>();
  const readings: { readonly metric: string; readonly key: string }[] = [];
  const world = {
    row: aRow() as OrderRow | undefined,
    inStock: true,
    rowReads: 0,
    interfere: (() => undefined) as Interference,
  };

  const { inventory, procurement } = createFakeTargets(() => world.inStock);

  const around =
    <Args extends unknown[], Result>(
      name: string,
      call: (...args: Args) => Result | Promise<Result>,
    ) =>
    async (...args: Args): Promise<Result> => {
      await world.interfere(`before ${name}`);
      const result = await call(...args);
      await world.interfere(`after ${name}`);
      return result;
    };

  const { claim } = createIdempotency({
    store: {
      create: around("create", store.create),
      replace: around("replace", store.replace),
    },
    clock,
    leaseMs: LEASE_MS,
  });

  const ports: ProcessOrderPorts = {
    clock,
    telemetry: { emit: async ({ metric, key }) => void readings.push({ metric, key }) },
    ledger: {
      claim,
      load: around("load", store.load),
      note: around("note", store.note),
      fence: around("fence", store.fence),
    },
    readRow: around("readRow", () => {
      world.rowReads++;
      return world.row;
    }),
    inventory: {
      reserve: around("reserve", inventory.reserve),
      release: around("release", inventory.release),
    },
    procurement: {
      request: around("requestProcurement", procurement.request),
      cancel: around("cancelProcurement", procurement.cancel),
    },
    sendCommand: around("sendCommand", (command) => {
      const known = commands.get(command.key);
      if (known !== undefined && JSON.stringify(known) !== JSON.stringify(command)) {
        throw new Error(`command ${command.key} came with another payload`);
      }
      commands.set(command.key, command);
    }),
    writeBack: around("writeBack", (result) => {
      const isFirst = !results.has(result.submission);
      if (isFirst || result.outcome === "withdrawn") results.set(result.submission, result);
    }),
  };
  const processOrder = createProcessOrder(ports, {
    visibleWithinMs: 150_000,
    abandonedAfterMs: ABANDONED_AFTER_MS,
  });

  return Object.assign(world, {
    clock,
    store,
    inventory,
    procurement,
    results,
    readings,
    /** Commands in the order of their numbers, one line each. */
    commands: () =>
      [...commands.values()]
        .toSorted((a, b) => a.sequence - b.sequence)
        .map(({ sequence, type }) => `${sequence} ${type}`),
    outcomes: () => [...results.values()].map(({ outcome }) => outcome),
    process: (event: OrderEvent, delivery: Partial<OrderDelivery> = {}) =>
      processOrder(event, {
        attempt: 1,
        repeated: false,
        deadLetterReason: (error) => (error instanceof TerminalError ? error.code : undefined),
        startsOver: () => false,
        answered: () => undefined,
        ...delivery,
      }),
    view: async (awaited?: string) =>
      viewOf(ROW_ID, await store.traces(ORDER), clock.now(), awaited),
  });
}

export type OrderWorld = ReturnType<typeof createOrderWorld>;
