import type { Act } from "./act.ts";

export const backOrdered: Act = {
  title: "an order out of stock is back-ordered and procurement told once",
  play: async ({ dataverse, enterOrder, expectEffects, standIns, quiet }) => {
    await standIns.setStock({ "LOCK-7": "0" });
    const order = await enterOrder("story: out of stock", "LOCK-7", 3, "90.0000");

    await dataverse.submit(order);

    await dataverse.fulfilled(order, "back-ordered");
    await quiet();
    await expectEffects("procurement", order, ["request"]);
    await expectEffects("warehouse", order, []);
    return "one procurement request, nothing sent to the warehouse, row says back-ordered";
  },
};
