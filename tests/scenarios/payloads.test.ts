import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { type Stack, startStack } from "../../local/stack.ts";
import { createWorld } from "../../local/story/world.ts";

/** Each payload as it comes over the wire, byte for byte, with the order that it speaks of. */
const payloads = [
  {
    file: "salesorder-submitted.async-update.json",
    orderTable: "salesorder",
    order: "3f2a9c55-7e83-ef11-ac20-000d3a2b1c01",
  },
  {
    file: "salesorder-submitted.size-exceeded.json",
    orderTable: "salesorder",
    order: "3f2a9c55-7e83-ef11-ac20-000d3a2b1c01",
  },
  {
    file: "contoso-order.sync-create.json",
    orderTable: "contoso_order",
    order: "6420f0cc-916b-ee11-9ae6-000d3a2b1c01",
  },
];
let stack: Stack | undefined;

afterEach(async () => {
  await stack?.stop();
});

for (const door of ["webhook", "queue"] as const) {
  describe(`through the ${door}`, () => {
    test.for(payloads)("$file ends in one result row", async ({ file, orderTable, order }) => {
      stack = await startStack({ settings: { ORDER_TABLE: orderTable } });
      const { standIns, dataverse, quiet } = createWorld(stack);

      await standIns.postEvent(door, await payload(file));

      const row = await dataverse.fulfilled(order, "approved");
      await quiet();
      expect(await dataverse.fulfilments(order)).toEqual([row]);
    });
  });
}

function payload(file: string): Promise<string> {
  return readFile(join(import.meta.dirname, "..", "payloads", file), "utf8");
}
