import { randomUUID } from "node:crypto";
import { createTable } from "../../../shared/adapters/tables.ts";
import { createUncertainTable } from "../../../shared/adapters/uncertainTable.ts";
import { describeUncertainStore } from "../../support/uncertainStoreContract.ts";
import { useAzurite } from "../../support/useAzurite.ts";

const azurite = useAzurite();

describeUncertainStore(() => {
  const name = `u${randomUUID().replaceAll("-", "")}`;
  return createUncertainTable(createTable(azurite.connection, name));
});
