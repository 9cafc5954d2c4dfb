import { equal } from "node:assert/strict";
import { until } from "../outside/until.ts";
import type { Act } from "./act.ts";

export const shipped: Act = {
  title: "an order submitted in Dataverse is processed, shipped and written back",
  play: async ({ dataverse, enterOrder, effects, expectEffects }) => {
    const order = await enterOrder("story: in stock", "BIKE-100", 2, "900.0000");

    await dataverse.submit(order);

    const result = await dataverse.fulfilled(order, "approved");
    await until("the shipment", async () => (await effects("warehouse", order))[0]);
    await expectEffects("inventory", order, ["reservation"]);
    await expectEffects("warehouse", order, ["requestShipment"]);
    equal((await dataverse.fulfilments(order)).length, 1, "result rows");
    return `one reservation, one shipment, one row: ${String(result["contoso_outcome"])}`;
  },
};
