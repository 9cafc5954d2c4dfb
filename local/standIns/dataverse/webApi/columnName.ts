import type { Column } from "../schema/column.ts";
import type { Table } from "../schema/table.ts";

/** A lookup shows as `_<column>_value`; every other column under its own name. */
export function shownName(name: string, column: Column): string {
  return column.type === "lookup" ? `_${name}_value` : name;
}

/** The column behind a name in `$select`, `$filter` or a key. */
export function columnShownAs(table: Table, shown: string): [string, Column] | undefined {
  const inner = /^_(\w+)_value$/.exec(shown)?.[1];
  const name = inner ?? shown;
  const column = table.columns[name];
  if (column === undefined || (column.type === "lookup") !== (inner !== undefined))
    return undefined;
  return [name, column];
}

export function noSuchProperty(table: Table, name: string): string {
  return `Could not find a property named '${name}' on type 'Microsoft.Dynamics.CRM.${table.logicalName}'.`;
}
