import { setTimeout as passes } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { ServiceName } from "../../local/outside/standIns.ts";
import { until } from "../../local/outside/until.ts";
import type { World } from "../../local/story/world.ts";
import { useStack } from "../support/useStack.ts";

const ORDERS = 20;
const DOWN_MS = 10_000;
/** Slow enough that calls are in flight when the service goes down. */
const SLOW_MS = 400;
const services: ServiceName[] = [
  "inventory",
  "warehouse",
  "procurement",
  "dataverse",
  "credit-bureau",
];
/** Every fourth order is for something that is out of stock, so that procurement has work too. */
const isShort = (index: number) => index % 4 === 0;

describe("orders in flight survive an outside system that is down for ten seconds:", () => {
  const local = useStack({ settings: { RETRY_MAX_DELAY_MS: "4000", PARK_DELAY_MS: "1000" } });

  test.for(services)("%s", async (service) => {
    const { world } = local;
    const { standIns, dataverse } = world;
    await standIns.setStock({ "BIKE-100": "1000", "LOCK-7": "0" });
    const orders = await enterOrders(world, service);
    const before = (await standIns.ledger(service)).calls.length;
    await standIns.behave(service, { mode: "slow", delayMs: SLOW_MS });

    const submitting = submitOneByOne(world, orders);
    // Nobody can save while Dataverse is down: there the orders are all submitted first.
    if (service === "dataverse") await submitting;
    await until("a call in flight", async () =>
      (await callsSince(world, service, before)).find(({ status }) => status === null),
    );
    await standIns.takeDown(service);
    await passes(DOWN_MS); // the outage itself
    await standIns.behave(service, { mode: "ok" });
    await standIns.bringBack(service);

    const saves = await submitting;
    expect(saves.map(({ status }) => status)).toEqual(orders.map(() => 204));
    const cut = (await callsSince(world, service, before)).filter(({ status }) => status === null);
    expect(cut.length, `calls to ${service} that were cut`).toBeGreaterThan(0);
    await Promise.all(
      orders.map((order, index) =>
        dataverse.fulfilled(order, isShort(index) ? "back-ordered" : "approved", 60_000),
      ),
    );
    await world.quiet(60_000);
    await expectOneEffectEach(world, orders);
  });
});

function enterOrders(world: World, service: ServiceName): Promise<string[]> {
  return Promise.all(
    Array.from({ length: ORDERS }, (_, index) =>
      world.enterOrder(
        `${service} down, order ${index}`,
        isShort(index) ? "LOCK-7" : "BIKE-100",
        1,
        "10.0000",
      ),
    ),
  );
}

/** People save one after the other, so the service is in the middle of its work when it goes down. */
function submitOneByOne({ dataverse }: World, orders: readonly string[]) {
  return Promise.all(
    orders.map(async (order, index) => {
      await passes(index * 50);
      return await dataverse.submit(order);
    }),
  );
}

async function callsSince({ standIns }: World, service: ServiceName, before: number) {
  return (await standIns.ledger(service)).calls.slice(before);
}

async function expectOneEffectEach(world: World, orders: readonly string[]) {
  const { standIns, dataverse, expectEffects } = world;
  for (const [index, order] of orders.entries()) {
    expect(await dataverse.fulfilments(order)).toHaveLength(1);
    await expectEffects("inventory", order, ["reservation"]);
    await expectEffects("warehouse", order, isShort(index) ? [] : ["requestShipment"]);
    await expectEffects("procurement", order, isShort(index) ? ["request"] : []);
  }
  for (const name of ["credit-bureau", "inventory", "warehouse", "procurement"] as const) {
    const keys = (await standIns.ledger(name)).effects.map(({ key }) => key);
    expect(new Set(keys).size, `keys in the ledger of ${name}`).toBe(keys.length);
  }
}
