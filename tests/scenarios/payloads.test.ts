import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { useStack } from "../support/useStack.ts";

const payload = (name: string) =>
  readFile(join(import.meta.dirname, "..", "payloads", name), "utf8");

/** Each payload as it comes over the wire, with the order that it speaks of. */
const submitted = {
  file: "salesorder-submitted.async-update.json",
  order: "3f2a9c55-7e83-ef11-ac20-000d3a2b1c01",
};
const stripped = {
  file: "salesorder-submitted.size-exceeded.json",
  order: JSON.parse(await payload("salesorder-submitted.size-exceeded.json"))
    .PrimaryEntityId as string,
};
const created = {
  file: "contoso-order.sync-create.json",
  order: "6420f0cc-916b-ee11-9ae6-000d3a2b1c01",
};

for (const door of ["webhook", "queue"] as const) {
  describe(`a salesorder event through the ${door}`, () => {
    const local = useStack();

    test.for([submitted, stripped])("$file ends in one result row", async ({ file, order }) => {
      const { standIns, dataverse, quiet } = local.world;
      await standIns.reset();

      await standIns.postEvent(door, await payload(file));

      await dataverse.fulfilled(order, "approved");
      await quiet();
      expect(await dataverse.fulfilments(order)).toHaveLength(1);
    });
  });

  describe(`an event of a custom order table through the ${door}`, () => {
    const local = useStack({ settings: { ORDER_TABLE: "contoso_order" } });

    test("ends in one result row", async () => {
      const { standIns, dataverse, quiet } = local.world;

      await standIns.postEvent(door, await payload(created.file));

      await dataverse.fulfilled(created.order, "approved");
      await quiet();
      expect(await dataverse.fulfilments(created.order)).toHaveLength(1);
    });
  });
}
