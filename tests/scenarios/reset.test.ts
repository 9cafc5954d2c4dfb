import { expect, test } from "vitest";
import { useStack } from "../support/useStack.ts";

const local = useStack();

test("after a reset the same running stack begins anew", async () => {
  const { world, stack } = local;
  const before = await world.enterOrder("before the reset", "BIKE-100", 1, "10.0000");
  await world.dataverse.submit(before);
  await world.dataverse.fulfilled(before, "approved");
  await world.quiet();

  await stack.reset();

  expect((await world.standIns.ledger("inventory")).effects).toEqual([]);
  expect(await world.dataverse.fulfilments(before)).toEqual([]);
  const after = await world.enterOrder("after the reset", "BIKE-100", 1, "10.0000");
  await world.dataverse.submit(after);
  await world.dataverse.fulfilled(after, "approved");
  await world.quiet();
  await world.expectEffects("warehouse", after, ["requestShipment"]);
});
