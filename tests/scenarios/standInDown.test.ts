import { describe, expect, test } from "vitest";
import type { ServiceName } from "../../local/outside/standIns.ts";
import { useStack } from "../support/useStack.ts";

const ORDERS = 20;
const DOWN_MS = 10_000;
const services: ServiceName[] = [
  "inventory",
  "warehouse",
  "procurement",
  "dataverse",
  "credit-bureau",
];

describe("orders in flight survive an outside system that is down for ten seconds:", () => {
  const local = useStack({ settings: { RETRY_MAX_DELAY_MS: "4000", PARK_DELAY_MS: "1000" } });

  test.for(services)("%s", async (service) => {
    const { world } = local;
    await world.standIns.setStock({ "BIKE-100": "1000", "LOCK-7": "0" });
    const orders = await Promise.all(
      Array.from({ length: ORDERS }, (_, index) => {
        const sku = index % 4 === 0 ? "LOCK-7" : "BIKE-100";
        return world.enterOrder(`${service} down, order ${index}`, sku, 1, "10.0000");
      }),
    );

    await Promise.all(orders.map((order) => world.dataverse.submit(order)));
    await world.standIns.takeDown(service);
    await new Promise((resolve) => setTimeout(resolve, DOWN_MS)); // the outage itself, not a wait for us
    await world.standIns.bringBack(service);

    await Promise.all(
      orders.map((order, index) =>
        world.dataverse.fulfilled(order, index % 4 === 0 ? "back-ordered" : "approved", 60_000),
      ),
    );
    await world.quiet();
    for (const order of orders) expect(await world.dataverse.fulfilments(order)).toHaveLength(1);
    for (const name of ["inventory", "warehouse", "procurement"] as const) {
      const { effects } = await world.standIns.ledger(name);
      const keys = effects.map(({ key }) => key);
      expect(new Set(keys).size, `keys in the ledger of ${name}`).toBe(keys.length);
    }
    const shipped = await world.standIns.ledger("warehouse");
    const ours = shipped.effects.filter(({ body }) =>
      orders.some((id) => JSON.stringify(body).includes(id)),
    );
    expect(ours).toHaveLength(ORDERS - ORDERS / 4);
  });
});
