import { asAttempt } from "../../../shared/adapters/messageDelivery.ts";
import {
  createMessageSettler,
  type MessageHandler,
} from "../../../shared/adapters/messageSettler.ts";
import type { OutgoingMessage } from "../../../shared/adapters/serviceBusSender.ts";
import type { DispatchLog } from "../../../shared/domain/dispatchLog.ts";
import { createDispatchShipment } from "../../../shared/domain/dispatchShipment.ts";
import type { FulfilmentResult } from "../../../shared/domain/fulfilOrder.ts";
import { OrderEvent, orderOf } from "../../../shared/domain/orderEvent.ts";
import { referenceTo } from "../../../shared/domain/orderReference.ts";
import type { OrderRow } from "../../../shared/domain/orderRow.ts";
import { createProcessOrder } from "../../../shared/domain/processOrder.ts";
import { WarehouseCommand } from "../../../shared/domain/warehouseCommand.ts";
import { ParkError, RetryableError } from "../../../shared/errors.ts";
import { messageIdOf, sha256 } from "../../../shared/patterns/digest.ts";
import { createFleetBreakers } from "../../../shared/patterns/fleetBreakers.ts";
import { createIdempotency } from "../../../shared/patterns/idempotency.ts";
import { createReconciliation } from "../../../shared/patterns/reconciliation.ts";
import { aContent, anEvent, aRow } from "../anOrder.ts";
import { createFakeTargets } from "../fakeTargets.ts";
import { createKeyedTarget } from "../keyedTarget.ts";
import { createMemoryBreakerStore } from "../memoryBreakerStore.ts";
import { createMemoryOrderStore } from "../memoryOrderStore.ts";
import { createMemoryUncertainStore } from "../memoryUncertainStore.ts";
import { randomFrom } from "../randomFrom.ts";
import { createSimulatedQueue } from "./bus.ts";
import { type Chances, createFaults } from "./faults.ts";
import { createVirtualTime } from "./virtualTime.ts";

type Target = "inventory" | "procurement" | "warehouse" | "dataverse-read" | "dataverse-write";

export type Scenario = {
  readonly seed: number;
  /** Each submits or takes back an order, `afterMs` the start. */
  readonly saves: readonly { readonly afterMs: number; readonly order: number }[];
  readonly chances: Chances;
  readonly outages?: readonly {
    readonly target: Target;
    readonly fromMs: number;
    readonly toMs: number;
  }[];
  readonly outOfStock?: (order: number) => boolean;
  readonly durationMs: number;
};

const START = 1_731_924_800_000;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const LEASE_MS = MINUTE_MS;
const INSTANCES = 2;
const CONCURRENCY = 16;

const limits = {
  baseDelayMs: 1_000,
  maxDelayMs: 5 * MINUTE_MS,
  maxAttempts: 10,
  parkDelayMs: 5_000,
  parkMaxAgeMs: 3 * DAY_MS,
  reconcileMaxAgeMs: DAY_MS,
};
const breakerLimits = {
  failures: 5,
  openMs: 5_000,
  maxOpenMs: 5 * MINUTE_MS,
  probes: 2,
  probeMs: 15_000,
};

const rowIdOf = (order: number) => `6420f0cc-916b-ee11-9ae6-${String(order).padStart(12, "0")}`;
const nameOf = (order: number) => orderOf(anEvent({ rowId: rowIdOf(order) }));

/**
 * Doors, bus, workers of two instances, targets and timers in memory, on virtual time: the seed alone decides what
 * takes how long, what is lost, who dies and what comes twice. The same scenario gives the same log, line by line.
 */
export async function simulate(scenario: Scenario) {
  const { seed, chances, outages = [], outOfStock = () => false } = scenario;
  const random = randomFrom(seed);
  const time = createVirtualTime(START);
  const log: string[] = [];
  const note = (line: string) => void log.push(`${time.now() - START} ${line}`);
  const faults = createFaults(time, random, chances, note);
  const doorFaults = createFaults(time, random, { ...chances, crash: 0 }, note);

  const store = createMemoryOrderStore();
  const logs = new Map<string, { readonly log: DispatchLog; readonly version: string }>();
  const breakerStore = createMemoryBreakerStore();
  const uncertain = createMemoryUncertainStore();
  const rows = new Map<string, OrderRow>();
  const results = new Map<string, FulfilmentResult>();
  const warehouse = createKeyedTarget();
  /** Warehouse commands as they took effect, and every time it was called. */
  const carriedOut: { readonly at: number; readonly command: WarehouseCommand }[] = [];
  const warehouseCalls: number[] = [];
  const { inventory, procurement } = createFakeTargets((order) => {
    return !outOfStock(Number(order.slice(-12)));
  });
  const queues = {
    orders: createSimulatedQueue("orders", time, faults, chances),
    warehouse: createSimulatedQueue("warehouse", time, faults, chances),
  };
  let ids = 0;

  const stored = <T>(name: string, call: () => Promise<T>) =>
    faults.around(name, call, () => new ParkError("storage-unavailable", "no table"));

  const isDown = (target: Target) =>
    outages.some(({ target: down, fromMs, toMs }) => {
      const elapsed = time.now() - START;
      return down === target && elapsed >= fromMs && elapsed < toMs;
    });

  const instance = () => {
    const { run } = createFleetBreakers({
      store: breakerStore,
      clock: time,
      newId: () => String(++ids),
      limits: breakerLimits,
      isOutage: (error) => error instanceof RetryableError,
      onChange: (name, state) => note(`breaker of ${name} ${state}`),
    });
    const reach = <T>(target: Target, key: string, effect: () => T) => {
      const isKeyed = !target.startsWith("dataverse");
      const failure = () =>
        new RetryableError(target, `${target} did not answer`, {
          uncertain: isKeyed ? { target, path: key, key } : undefined,
        });
      return faults.around(
        `${target} ${key}`,
        () => {
          if (target === "warehouse") warehouseCalls.push(time.now() - START);
          if (isDown(target)) throw failure();
          return effect();
        },
        failure,
      );
    };
    const call = <T>(target: Target, key: string, effect: () => T) =>
      run(target, () => reach(target, key, effect));
    const { claim } = createIdempotency({
      store: {
        create: (...given: Parameters<typeof store.create>) =>
          stored("create", () => store.create(...given)),
        replace: (...given: Parameters<typeof store.replace>) =>
          stored("replace", () => store.replace(...given)),
      },
      clock: time,
      leaseMs: LEASE_MS,
    });
    const telemetry = { emit: async () => undefined };
    const sender = queues.warehouse.senderWith(faults);
    const processOrder = createProcessOrder(
      {
        ledger: {
          claim,
          load: (...given) => stored("load", () => store.load(...given)),
          note: (...given) => stored("note", () => store.note(...given)),
          fence: (...given) => stored("fence", () => store.fence(...given)),
        },
        readRow: (reference) => call("dataverse-read", "row", () => rows.get(orderOf(reference))),
        inventory: {
          reserve: (key, request) => call("inventory", key, () => inventory.reserve(key, request)),
          release: (key, reserved) =>
            call("inventory", key, () => inventory.release(key, reserved)),
        },
        procurement: {
          request: (key, request) =>
            call("procurement", key, () => procurement.request(key, request)),
          cancel: (key, requested) =>
            call("procurement", key, () => procurement.cancel(key, requested)),
        },
        sendCommand: (command) =>
          sender.send({ body: command, messageId: messageIdOf(command.key) }).catch(() => {
            throw new ParkError("bus-unavailable", "queue warehouse did not take the command");
          }),
        writeBack: (result) =>
          call("dataverse-write", `result of ${result.submission}`, () => {
            const isFirst = !results.has(result.submission);
            if (isFirst || result.outcome === "withdrawn") results.set(result.submission, result);
          }),
        telemetry,
        clock: time,
      },
      { visibleWithinMs: 150_000, abandonedAfterMs: 2 * limits.maxDelayMs + LEASE_MS },
    );
    const dispatchShipment = createDispatchShipment({
      log: {
        read: (order) => stored("read log", async () => logs.get(order)),
        write: (order, dispatched, version) =>
          stored("write log", async () => {
            if (logs.get(order)?.version !== version) return false;
            logs.set(order, { log: dispatched, version: String(++ids) });
            return true;
          }),
      },
      commandWarehouse: (command) =>
        call("warehouse", command.key, () =>
          warehouse.call(command.key, command, () => {
            carriedOut.push({ at: time.now() - START, command });
            return { outcome: "done", shipmentId: null };
          }),
        ),
      digest: sha256,
      telemetry,
      clock: time,
    });
    const reconcile = createReconciliation<OutgoingMessage>({
      store: uncertain,
      had: ({ target, path }) =>
        reach(target as Target, path, () =>
          [inventory, procurement, warehouse].some(({ effects }) => effects.has(path)),
        ),
      send: (queue, message) => senderTo(queue).send(message),
      sendLast: (queue, message) => senderTo(queue).send(asAttempt(message, limits.maxAttempts)),
      clock: time,
      maxAgeMs: limits.reconcileMaxAgeMs,
    });
    return { processOrder, dispatchShipment, reconcile };
  };

  const senderTo = (queue: string) => queues[queue as keyof typeof queues].senderWith(faults);
  const instances = Array.from({ length: INSTANCES }, instance);
  const anyInstance = () => {
    const chosen = instances[Math.floor(random() * INSTANCES)];
    if (chosen === undefined) throw new Error("no such instance");
    return chosen;
  };

  const listen = (queue: keyof typeof queues, handler: () => MessageHandler) => {
    const settle = createMessageSettler({
      sender: senderTo(queue),
      deadLetter: queues[queue].deadLetter,
      keepUncertain: (call, message) =>
        stored("keep uncertain", () => uncertain.keep({ queue, call, message, since: time.now() })),
      limits,
      clock: time,
      random,
    });
    queues[queue].listen(() => settle(handler()), CONCURRENCY);
  };
  listen("orders", () => {
    const { processOrder } = anyInstance();
    return async (body, _context, delivery) => {
      await processOrder(OrderEvent.parse(JSON.parse(body.toString())), delivery);
    };
  });
  listen("warehouse", () => {
    const { dispatchShipment } = anyInstance();
    return async (body, _context, delivery) => {
      await dispatchShipment(WarehouseCommand.parse(JSON.parse(body.toString())), delivery);
    };
  });

  /** A door sends again and again under the same id until the bus has accepted. */
  const tell = async (event: OrderEvent) => {
    const { change } = referenceTo(event);
    const { send } = queues.orders.senderWith(doorFaults);
    for (let accepted = false; !accepted; ) {
      await time.sleep(Math.floor(random() * 5_000));
      accepted = await send({ body: event, messageId: messageIdOf(change) }).then(
        () => true,
        () => false,
      );
    }
  };

  const save = async (order: number, number: number, afterMs: number) => {
    await time.sleep(afterMs);
    const before = rows.get(nameOf(order));
    const phase = before?.phase === "submitted" ? "withdrawn" : "submitted";
    const modifiedOn = Math.floor(time.now() / 1_000) * 1_000;
    const rowId = rowIdOf(order);
    const content = { ...aContent, orderNumber: `ORD-${order}-${number}` };
    rows.set(nameOf(order), aRow({ rowId, phase, modifiedOn, etag: `W/"${number}"`, content }));
    note(`save ${number}: order ${order} ${phase}`);
    const event = anEvent({
      type: phase === "submitted" ? "OrderSubmitted" : "OrderWithdrawn",
      rowId,
      correlationId: `a1f7c0de-2f6a-4b0e-9b8c-${String(number).padStart(12, "0")}`,
      modifiedOn,
      firstSeenAt: time.now(),
    });
    await Promise.all([tell(event), tell({ ...event, door: "endpoint" })]);
  };

  for (const [number, { afterMs, order }] of scenario.saves.entries()) {
    void save(order, number, afterMs);
  }
  for (let at = MINUTE_MS; at < scenario.durationMs; at += MINUTE_MS) {
    void time.sleep(at).then(() =>
      anyInstance()
        .reconcile()
        .catch(() => undefined),
    );
  }
  await time.run(START + scenario.durationMs);

  return {
    log,
    carriedOut,
    warehouseCalls,
    inventory,
    procurement,
    /** Messages that are still under way, and those that nobody will try again. */
    left: queues.orders.left() + queues.warehouse.left() + (await uncertain.oldest(1_000)).length,
    deadLetters: [...queues.orders.deadLetters, ...queues.warehouse.deadLetters],
    orders: await Promise.all(
      [...rows].map(async ([name, row]) => {
        const { found } = await store.load(name, "");
        const own = [...results.values()].filter(({ order }) => order === name);
        return {
          name,
          submitted: row.phase === "submitted",
          standing: found?.state.standing?.key,
          held: found?.lease !== undefined,
          commands: carriedOut
            .filter(({ command }) => command.order === name)
            .map(({ command: { sequence, type } }) => `${sequence} ${type}`),
          approved: own
            .filter(({ outcome }) => outcome !== "withdrawn")
            .map(({ submission }) => submission),
        };
      }),
    ),
  };
}
