import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { buildIfStale } from "../local/build.ts";
import type { HostOptions } from "../local/host/host.ts";
import type { Host, HostInfo } from "../local/hosts.ts";
import { launch } from "../local/launch.ts";
import { succeed } from "../local/outside/request.ts";
import { createWorld, type World } from "../local/story/world.ts";
import { type Surroundings, startSurroundings } from "../local/surroundings.ts";

export type OrderStack = {
  readonly surroundings: Surroundings;
  readonly world: World;
  readonly adminUrl: string;
  /** A process that runs the app, or only some of its functions. */
  readonly startHost: (options?: Pick<HostOptions, "functions" | "settings">) => Promise<Host>;
  /** So many new orders in state Submitted, of one line that is in stock; no event tells of them. */
  readonly enterOrders: (count: number) => Promise<readonly string[]>;
  readonly stop: () => Promise<void>;
};

const ENTERED_AT_ONCE = 16;
const SKU = "BIKE-100";

/** All that orders need, without the app, and without a door: a benchmark puts the messages into the queue itself. */
export async function startOrderStack(serviceBusConfig?: string): Promise<OrderStack> {
  const [surroundings] = await Promise.all([
    // The steps of the other table are on, so that no save raises an event.
    startSurroundings({
      orderTable: "contoso_order",
      ...(serviceBusConfig !== undefined && { serviceBusConfig }),
    }),
    buildIfStale(),
  ]);
  const world = createWorld(surroundings);
  return {
    surroundings,
    world,
    adminUrl: `http://127.0.0.1:${surroundings.broker.info.adminPort}`,
    startHost: ({ functions, settings } = {}) =>
      launch<HostInfo>(
        "host/main.ts",
        {
          appDirectory: join(import.meta.dirname, ".."),
          port: 0,
          noAuth: true,
          keys: { master: "bench", function: "bench" },
          settings: { ...surroundings.settings, ...settings },
          ...(functions && { functions }),
        },
        { name: "Functions host" },
      ),
    enterOrders: (count) => enterOrders(world, count),
    stop: surroundings.stop,
  };
}

async function enterOrders({ dataverse, stack }: World, count: number): Promise<string[]> {
  const product = await dataverse.product(SKU);
  const orders: string[] = [];
  let left = count;
  const lane = async () => {
    while (left-- > 0) {
      const id = randomUUID();
      await succeed("POST", `${stack.settings["DATAVERSE_URL"]}/api/data/v9.2/salesorders`, {
        headers: { authorization: "Bearer bench" },
        body: {
          salesorderid: id,
          name: "bench",
          statecode: 1,
          order_details: [{ "productid@odata.bind": `/products(${product})`, quantity: 2 }],
        },
      });
      orders.push(id);
    }
  };
  await Promise.all(Array.from({ length: ENTERED_AT_ONCE }, lane));
  return orders;
}

/** The message that a door puts on queue `orders`: look at this row. */
export function orderMessage(orderId: string) {
  const correlationId = randomUUID();
  return {
    messageId: correlationId,
    contentType: "application/json",
    body: {
      schema: 1,
      type: "OrderChanged",
      table: "salesorder",
      rowId: orderId,
      correlationId,
      inTransaction: false,
      door: "webhook",
      firstSeenAt: Date.now(),
    },
  };
}
