import { randomUUID } from "node:crypto";
import { afterAll, beforeAll } from "vitest";
import { type Azurite, startAzurite } from "../../../local/azurite.ts";
import { createTable, type Table } from "../../../shared/adapters/tables.ts";
import type { Connection } from "../../../shared/config.ts";
import { type FaultProxy, startFaultProxy } from "../../support/faultProxy.ts";

/** Azurite with a fault proxy before its tables, for the tests of one file. */
export function useOrderTable() {
  let azurite: Azurite;
  let proxy: FaultProxy;
  let table: Table;
  let connection: Connection;

  beforeAll(async () => {
    azurite = await startAzurite({ blobPort: 0, queuePort: 0, tablePort: 0 });
    proxy = await startFaultProxy(`http://127.0.0.1:${azurite.ports.tablePort}`);
    const connectionString = azurite.connectionString.replace(
      /TableEndpoint=http:\/\/[^/]+/,
      `TableEndpoint=${proxy.url}`,
    );
    connection = { kind: "connectionString", connectionString };
    table = createTable(connection, "orders");
    await table.call((client, options) => client.createTable(options));
  });

  afterAll(async () => {
    await proxy.stop();
    await azurite.stop();
  });

  return {
    table: () => table,
    connection: () => connection,
    proxy: () => proxy,
    /** A partition that no other test uses. */
    anOrder: () => `salesorder:${randomUUID()}`,
  };
}
