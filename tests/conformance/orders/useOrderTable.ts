import { randomUUID } from "node:crypto";
import { afterAll, beforeAll } from "vitest";
import { createTable, type Table } from "../../../shared/adapters/tables.ts";
import { startTables, type Tables } from "../../support/startTables.ts";

/** Azurite with a fault proxy before its tables, for the tests of one file. */
export function useOrderTable() {
  let tables: Tables;
  let table: Table;

  beforeAll(async () => {
    tables = await startTables();
    table = createTable(tables.connection, "orders");
    await table.call((client, options) => client.createTable(options));
  });

  afterAll(() => tables.stop());

  return {
    table: () => table,
    connection: () => tables.connection,
    proxy: () => tables.proxy,
    /** A partition that no other test uses. */
    anOrder: () => `salesorder:${randomUUID()}`,
  };
}
