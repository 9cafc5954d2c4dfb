import { deepEqual } from "node:assert/strict";
import { type DataverseClient, dataverseClient, type OrderLine } from "../outside/dataverse.ts";
import { succeed } from "../outside/request.ts";
import {
  type Effect,
  type ServiceName,
  type StandInsControl,
  standInsControl,
} from "../outside/standIns.ts";
import { until } from "../outside/until.ts";
import type { Surroundings } from "../surroundings.ts";

/** The addresses that the story needs; `broker` only to learn when its queues are quiet. */
export type Outside = Pick<Surroundings, "connectionStrings" | "settings"> & {
  readonly standIns: Pick<Surroundings["standIns"], "info">;
  readonly broker: Pick<Surroundings["broker"], "info">;
};

/** What the story sees: the outside of a running stack, and nothing that the app says about itself. */
export type World = {
  readonly stack: Outside;
  readonly dataverse: DataverseClient;
  readonly standIns: StandInsControl;
  /** Enters an order of one line worth `total`; returns its id. */
  readonly enterOrder: (
    name: string,
    sku: string,
    quantity: number,
    total: string,
  ) => Promise<string>;
  /** Ledger effects of one order at one service, by kind. */
  readonly effects: (service: ServiceName, orderId: string) => Promise<Effect[]>;
  /** Throws unless the order's effects at the service are exactly these kinds, in this order. */
  readonly expectEffects: (service: ServiceName, orderId: string, kinds: string[]) => Promise<void>;
  /** Waits until no queue has a message that is active, locked or scheduled. */
  readonly quiet: (limitMs?: number) => Promise<void>;
};

type QueueCounts = Record<"active" | "locked" | "scheduled", number>;

export function createWorld(stack: Outside): World {
  const { urls, controlUrl } = stack.standIns.info;
  const dataverse = dataverseClient(urls.dataverse, stack.settings["ORDER_TABLE"]);
  const standIns = standInsControl(controlUrl);
  const entities = `http://127.0.0.1:${stack.broker.info.adminPort}/entities`;

  const effects = async (service: ServiceName, orderId: string) => {
    const ledger = await standIns.ledger(service);
    return ledger.effects.filter(({ body }) => JSON.stringify(body).includes(orderId));
  };
  return {
    stack,
    dataverse,
    standIns,
    enterOrder: async (name, sku, quantity, total) => {
      const line: OrderLine = { product: await dataverse.product(sku), quantity, price: total };
      return dataverse.enterOrder(name, [line], total);
    },
    effects,
    expectEffects: async (service, orderId, kinds) => {
      const found = await effects(service, orderId);
      deepEqual(
        found.map(({ kind, body }) => body["type"] ?? kind),
        kinds,
        `the ledger of ${service}`,
      );
    },
    quiet: async (limitMs) => {
      await until(
        "queues that have nothing left to do",
        async () => {
          const { body } = await succeed("GET", entities);
          const queues = body["queues"] as Record<string, QueueCounts>;
          const busy = Object.values(queues).some(
            ({ active, locked, scheduled }) => active + locked + scheduled > 0,
          );
          return busy ? undefined : true;
        },
        limitMs,
      );
    },
  };
}
