import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { createTable } from "../../../shared/adapters/tables.ts";
import { createUncertainTable } from "../../../shared/adapters/uncertainTable.ts";
import { anUncertain, describeUncertainStore } from "../../support/uncertainStoreContract.ts";
import { useAzurite } from "../../support/useAzurite.ts";

const azurite = useAzurite();

const aTable = () => createTable(azurite.connection, `u${randomUUID().replaceAll("-", "")}`);

describeUncertainStore(() => createUncertainTable(aTable()));

it("gives a row that cannot be read as an error, and those after it", async () => {
  const table = aTable();
  const store = createUncertainTable(table);
  await store.keep(anUncertain());
  await table.call((client, options) =>
    client.createEntity({ partitionKey: "uncertain", rowKey: "0", kept0: "{}" }, options),
  );

  const rows = await store.oldest(10);

  expect(rows).toMatchObject([
    { rowId: "0", kept: { message: "uncertain row 0 cannot be read" } },
    { kept: { queue: "orders" } },
  ]);
});
