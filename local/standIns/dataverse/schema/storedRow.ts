import { withScale } from "../../decimal.ts";
import { type Column, plain, type Row, type Value } from "./column.ts";
import type { Table } from "./table.ts";

/** Decimals that a column keeps, and shows in every answer whatever was sent. */
const scales: Partial<Record<Column["type"], number>> = { money: 4, decimal: 10 };

/** The row with all its columns, as the database keeps it. */
export function storedRow(table: Table, values: Readonly<Record<string, Value>>): Row {
  return Object.fromEntries(
    Object.entries(table.columns).map(([name, column]) => [
      name,
      storedValue(column, values[name] ?? null),
    ]),
  );
}

function storedValue(column: Column, value: Value): Value {
  const scale = scales[column.type];
  return scale === undefined || value === null ? value : withScale(plain(value), scale);
}
