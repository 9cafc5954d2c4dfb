import { randomUUID } from "node:crypto";
import { afterAll, beforeAll } from "vitest";
import { type Azurite, startAzurite } from "../../../local/azurite.ts";
import { createTable } from "../../../shared/adapters/tables.ts";
import { createUncertainTable } from "../../../shared/adapters/uncertainTable.ts";
import { describeUncertainStore } from "../../support/uncertainStoreContract.ts";

let azurite: Azurite;

beforeAll(async () => {
  azurite = await startAzurite({ blobPort: 0, queuePort: 0, tablePort: 0 });
});

afterAll(() => azurite.stop());

describeUncertainStore(() => {
  const name = `u${randomUUID().replaceAll("-", "")}`;
  const { connectionString } = azurite;
  return createUncertainTable(createTable({ kind: "connectionString", connectionString }, name));
});
