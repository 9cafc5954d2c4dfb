import { withScale } from "../../decimal.ts";
import { type Column, isLookup, plain, type Value } from "../schema/column.ts";
import type { NameOf } from "./contractValue.ts";

/** A value as a user of the en-US locale reads it; undefined for columns that have no such text. Display only. */
export function formattedValue(column: Column, value: Value, nameOf: NameOf): string | undefined {
  if (value === null) return undefined;
  switch (column.type) {
    case "text":
    case "guid":
    case "integer":
    case "decimal":
      return undefined;
    case "boolean":
      return value === true ? "Yes" : "No";
    case "money":
      return withScale(plain(value), 2).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
    case "dateTime":
      return new Date(Number(value)).toISOString().replace(".000Z", "+00:00");
    case "dateOnly":
      return new Date(Number(value)).toISOString().slice(0, 10);
    case "choice":
      return column.labels[Number(value)];
    case "choices":
      return Array.isArray(value)
        ? value.map((code: number) => column.labels[code]).join("; ")
        : undefined;
    case "lookup":
      break;
  }
  return isLookup(value) ? (nameOf(value) ?? undefined) : undefined;
}
