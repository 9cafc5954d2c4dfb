import { until } from "../outside/until.ts";
import type { Act } from "./act.ts";

export const withdrawn: Act = {
  title: "an order withdrawn after submission is undone",
  play: async ({ dataverse, enterOrder, effects, expectEffects, quiet }) => {
    const order = await enterOrder("story: second thoughts", "BIKE-100", 1, "450.0000");
    await dataverse.submit(order);
    await dataverse.fulfilled(order, "approved");

    await dataverse.withdraw(order);

    await dataverse.fulfilled(order, "withdrawn");
    await until("the cancelled shipment", async () => (await effects("warehouse", order))[1]);
    await quiet();
    await expectEffects("inventory", order, ["reservation", "release"]);
    await expectEffects("warehouse", order, ["requestShipment", "cancelShipment"]);
    return "reservation released, shipment cancelled after it was requested, row says withdrawn";
  },
};
