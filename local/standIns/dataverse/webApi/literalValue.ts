import { badRequest } from "../fault.ts";
import type { Column, Value } from "../schema/column.ts";
import { isGuid, type Literal } from "./resourcePath.ts";

/** A literal of a URL as a value of the column. Throws Fault 400 when the types do not go together. */
export function literalValue(column: Column, { kind, value }: Literal): Value {
  if (kind === "bare" && value === "null") return null;
  switch (column.type) {
    case "text":
      if (kind === "text") return value;
      break;
    case "guid":
      if (isGuid(value)) return value.toLowerCase();
      break;
    case "lookup":
      if (isGuid(value)) return { table: column.table, id: value.toLowerCase() };
      break;
    case "boolean":
      if (value === "true" || value === "false") return value === "true";
      break;
    case "integer":
    case "choice":
      if (/^-?\d+$/.test(value)) return Number(value);
      break;
    case "dateTime":
    case "dateOnly":
      if (!Number.isNaN(Date.parse(value))) return Date.parse(value);
      break;
    case "decimal":
    case "money":
    case "choices":
      break;
  }
  throw badRequest(`'${value}' cannot be compared with a column of type ${column.type}.`);
}
