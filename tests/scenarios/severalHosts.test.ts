import { expect, test } from "vitest";
import { useStack } from "../support/useStack.ts";

const local = useStack({ hosts: 2 });

test("two hosts share the orders, each shipped once, and one of them goes on alone", async () => {
  const { world, stack } = local;
  const [first, second] = stack.hosts;
  const shipAll = async (...names: string[]) => {
    for (const name of names) {
      const order = await world.enterOrder(name, "BIKE-100", 1, "10.0000");
      await world.dataverse.submit(order);
      await world.dataverse.fulfilled(order, "approved");
      await world.quiet();
      await world.expectEffects("warehouse", order, ["requestShipment"]);
    }
  };

  await shipAll("one", "two", "three");
  process.kill(second?.pid ?? 0, "SIGKILL");
  await second?.exited;
  await shipAll("four", "five");

  expect((await fetch(`${first?.info.url}/api/health`)).ok).toBe(true);
});
