import type { FulfilmentResult } from "../../shared/domain/fulfilOrder.ts";
import type { OrderEvent } from "../../shared/domain/orderEvent.ts";
import type { OrderRow } from "../../shared/domain/orderRow.ts";
import { viewOf } from "../../shared/domain/orderTraces.ts";
import { createProcessOrder, type ProcessOrderPorts } from "../../shared/domain/processOrder.ts";
import type { WarehouseCommand } from "../../shared/domain/warehouseCommand.ts";
import type { OrderDelivery } from "../../shared/domain/workOnOrder.ts";
import { createIdempotency } from "../../shared/patterns/idempotency.ts";
import { aRow, ORDER, ROW_ID } from "./anOrder.ts";
import { fakeClock } from "./fakeClock.ts";
import { createKeyedTarget } from "./keyedTarget.ts";
import { createMemoryOrderStore } from "./memoryOrderStore.ts";

export const LEASE_MS = 60_000;

/** Called around each outgoing and storage call, by its name; what it throws the caller meets. */
export type Interference = (point: string) => void | Promise<void>;

/**
 * Everything around one order, in memory: its Dataverse row, stock, procurement, the command queue, result rows and
 * the order store. Targets honour their keys; `interfere` stands for their failures and for crashes of ours.
 */
export function createOrderWorld() {
  const clock = fakeClock();
  const store = createMemoryOrderStore();
  const inventory = createKeyedTarget();
  const procurement = createKeyedTarget();
  const commands = new Map<string, WarehouseCommand>();
  const results = new Map<string, FulfilmentResult>();
  const readings: { readonly metric: string; readonly key: string }[] = [];
  const released = new Set<string>();
  const world = {
    row: aRow() as OrderRow | undefined,
    inStock: true,
    rowReads: 0,
    interfere: (() => undefined) as Interference,
  };

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
      reserve: around("reserve", (key, request) => {
        if (released.has(key)) throw new Error(`${key} was released before`);
        return inventory.call(key, request, () =>
          world.inStock
            ? { outcome: "reserved" as const, reservationId: `reservation of ${key}` }
            : {
                outcome: "short" as const,
                shortages: [{ sku: "BIKE-1", requested: "2", available: "0" }],
              },
        );
      }),
      release: around("release", (key, reservationKey) =>
        inventory.call(key, { reservationKey }, () => {
          released.add(reservationKey);
          const answer = inventory.effects.get(reservationKey)?.answer as
            | { outcome: string }
            | undefined;
          const outcome = answer?.outcome === "reserved" ? "released" : "nothing-reserved";
          return { outcome } as const;
        }),
      ),
    },
    procurement: {
      request: around("requestProcurement", (key, request) =>
        procurement.call(key, request, () => ({ requestId: `request of ${key}` })),
      ),
      cancel: around("cancelProcurement", (key, requestKey) =>
        procurement.call(key, { requestKey }, () => {
          const known = procurement.effects.has(requestKey);
          return { outcome: known ? ("cancelled" as const) : ("nothing-requested" as const) };
        }),
      ),
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
  const processOrder = createProcessOrder(ports, { visibleWithinMs: 150_000 });

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
        deadLetterReason: () => undefined,
        ...delivery,
      }),
    view: async () => viewOf(ROW_ID, await store.traces(ORDER), clock.now()),
  });
}

export type OrderWorld = ReturnType<typeof createOrderWorld>;
