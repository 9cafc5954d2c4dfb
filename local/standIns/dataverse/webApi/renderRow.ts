import { number } from "../digits.ts";
import { badRequest } from "../fault.ts";
import { type Column, isLookup, plain, type Row, type Value } from "../schema/column.ts";
import type { Table } from "../schema/table.ts";
import { isKept, tableNamed } from "../schema/tables.ts";
import type { Store } from "../store.ts";
import { columnShownAs, noSuchProperty, shownName } from "./columnName.ts";
import type { Expansion, Projection } from "./queryOptions.ts";

/** A row's version as its ETag; opaque to callers. */
export function etagOf(row: Row): string {
  return `W/"${plain(row["versionnumber"])}"`;
}

/** The row as the Web API shows it: ETag, primary id, the selected columns and what is expanded. Throws Fault 400. */
export function renderRow(store: Store, table: Table, row: Row, projection: Projection): object {
  const expanded = projection.expand.map((expansion) => [
    expansion.navigation,
    expand(store, table, row, expansion),
  ]);
  return {
    "@odata.etag": etagOf(row),
    ...selected(table, row, projection.select),
    ...Object.fromEntries(expanded),
  };
}

function selected(table: Table, row: Row, select: readonly string[] | undefined): object {
  const all = Object.entries(table.columns).map(([name, column]) => shownName(name, column));
  const names = select === undefined ? all : [...new Set([...select, table.primaryId])];
  return Object.fromEntries(
    names.map((shown) => {
      const found = columnShownAs(table, shown);
      if (found === undefined) throw badRequest(noSuchProperty(table, shown));
      const [name, column] = found;
      return [shown, shownValue(column, row[name] ?? null)];
    }),
  );
}

function expand(store: Store, table: Table, row: Row, expansion: Expansion): unknown {
  const collection = table.collections[expansion.navigation];
  if (collection !== undefined) {
    const child = tableNamed(collection.table);
    const parent = { table: table.logicalName, id: plain(row[table.primaryId]) };
    return store
      .where(child, { [collection.column]: parent })
      .map((line) => renderRow(store, child, line, expansion));
  }
  const found = Object.entries(table.columns).find(
    ([, column]) => column.type === "lookup" && column.navigation === expansion.navigation,
  );
  const [name, column] = found ?? [];
  if (name === undefined || column?.type !== "lookup" || !isKept(column.table)) {
    throw badRequest(noSuchProperty(table, expansion.navigation));
  }
  const value = row[name] ?? null;
  const target = tableNamed(column.table);
  const pointed = isLookup(value) ? store.get(target, value.id) : undefined;
  return pointed === undefined ? null : renderRow(store, target, pointed, expansion);
}

function shownValue(column: Column, value: Value): Value | object {
  if (value === null) return null;
  switch (column.type) {
    case "decimal":
    case "money":
      return number(plain(value));
    case "dateTime":
      return new Date(Number(value)).toISOString().replace(".000Z", "Z");
    case "dateOnly":
      return new Date(Number(value)).toISOString().slice(0, 10);
    case "choices":
      return Array.isArray(value) ? value.join(",") : null;
    case "lookup":
      return isLookup(value) ? value.id : null;
    case "text":
    case "guid":
    case "boolean":
    case "integer":
    case "choice":
      break;
  }
  return value;
}
