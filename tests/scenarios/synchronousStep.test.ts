import { beforeAll, describe, expect, test } from "vitest";
import { steps } from "../support/steps.ts";
import { useStack } from "../support/useStack.ts";

/** One attempt only: whoever spends it on a row that is not committed yet loses the order. */
const settings = {
  RETRY_MAX_ATTEMPTS: "1",
  PARK_DELAY_MS: "200",
  ROW_VISIBLE_WITHIN_MS: "4000",
};

describe("an event posted inside the transaction of its save", () => {
  const local = useStack({ settings });

  beforeAll(async () => {
    const { standIns } = local.world;
    await standIns.step(steps.webhook, { mode: "synchronous" });
    await standIns.step(steps.endpoint, { enabled: false });
  });

  test("is processed once after the commit, and spends no attempt before it", async () => {
    const { standIns, dataverse, enterOrder, expectEffects, quiet } = local.world;
    await standIns.script({ commitDelayMs: 1_500 });
    const order = await enterOrder("posted before the commit", "BIKE-100", 1, "450.0000");

    const saved = await dataverse.submit(order);

    expect(saved.status).toBe(204);
    await dataverse.fulfilled(order, "approved");
    await quiet();
    await expectEffects("inventory", order, ["reservation"]);
    await expectEffects("warehouse", order, ["requestShipment"]);
  });

  test("has no effect when the save is rolled back, and does not stand in the next one's way", async () => {
    const { standIns, dataverse, enterOrder, expectEffects, quiet } = local.world;
    await standIns.script({ commitDelayMs: 300, rollbackAfterPost: 1 });
    const order = await enterOrder("posted and rolled back", "BIKE-100", 1, "450.0000");

    const refused = await dataverse.submit(order);
    await quiet();

    expect(refused.status).toBe(400);
    expect(await dataverse.fulfilments(order)).toEqual([]);
    await expectEffects("inventory", order, []);

    await dataverse.submit(order);

    await dataverse.fulfilled(order, "approved");
    await quiet();
    await expectEffects("inventory", order, ["reservation"]);
    await expectEffects("warehouse", order, ["requestShipment"]);
  });
});
