import { contosoFulfilment, contosoOrder, contosoOrderline } from "./contosoTables.ts";
import {
  account,
  product,
  salesorder,
  salesorderdetail,
  transactioncurrency,
} from "./salesTables.ts";
import type { Table } from "./table.ts";

const tables: readonly Table[] = [
  salesorder,
  salesorderdetail,
  contosoOrder,
  contosoOrderline,
  contosoFulfilment,
  account,
  product,
  transactioncurrency,
];

const byName = new Map(tables.map((table) => [table.logicalName, table]));
const bySet = new Map(tables.map((table) => [table.entitySet, table]));

/** Throws RangeError for a table that does not exist: only for names that the schema itself holds. */
export function tableNamed(logicalName: string): Table {
  const table = byName.get(logicalName);
  if (table === undefined) throw new RangeError(`no table ${logicalName}`);
  return table;
}

export function tableOfSet(entitySet: string): Table | undefined {
  return bySet.get(entitySet);
}

/** Whether rows of it are kept here: users, for one, are only pointed at. */
export function isKept(logicalName: string): boolean {
  return byName.has(logicalName);
}
