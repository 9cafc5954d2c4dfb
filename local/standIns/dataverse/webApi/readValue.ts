import { digitsOf } from "../digits.ts";
import { Fault, faultCodes } from "../fault.ts";
import { type Column, plain, type Value } from "../schema/column.ts";
import type { Table } from "../schema/table.ts";
import { isGuid } from "./resourcePath.ts";

const integer = /^-?\d+$/;
const decimal = /^-?\d+(\.\d+)?$/;
const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;
const dateOnly = /^\d{4}-\d\d-\d\d$/;

/** A JSON member as the column's value, decimals with the digits they came with. Throws Fault 400. */
export function readValue(table: Table, name: string, column: Column, value: unknown): Value {
  if (value === null) return null;
  const read = readTyped(column, value);
  if (read === undefined) {
    const message = `Cannot convert the value of '${name}' to the type of the column (${column.type}).`;
    throw new Fault(400, faultCodes.invalidPayload, message);
  }
  assertAllowed(table, name, column, read);
  return read;
}

function readTyped(column: Column, value: unknown): Value | undefined {
  const digits = digitsOf(value);
  const text = typeof value === "string" ? value : undefined;
  switch (column.type) {
    case "text":
      return text;
    case "guid":
      return text !== undefined && isGuid(text) ? text.toLowerCase() : undefined;
    case "boolean":
      return typeof value === "boolean" ? value : undefined;
    case "integer":
    case "choice":
      return digits !== undefined && integer.test(digits) ? Number(digits) : undefined;
    case "decimal":
    case "money":
      return digits !== undefined && decimal.test(digits) ? digits : undefined;
    case "dateTime":
      return text !== undefined && dateTime.test(text) ? wholeSeconds(Date.parse(text)) : undefined;
    case "dateOnly":
      return text !== undefined && dateOnly.test(text) ? Date.parse(text) : undefined;
    case "choices":
      return text !== undefined && /^\d+(,\d+)*$/.test(text)
        ? text.split(",").map(Number)
        : undefined;
    case "lookup":
      break; // set through its navigation only
  }
  return undefined;
}

function assertAllowed(table: Table, name: string, column: Column, value: Value): void {
  if (column.type === "text" && plain(value).length > column.maxLength) {
    const message = `A validation error occurred. The length of the '${name}' attribute of the '${table.logicalName}' entity exceeded the maximum allowed length of '${column.maxLength}'.`;
    throw new Fault(400, faultCodes.validation, message);
  }
  const codes = Array.isArray(value) ? value : [value];
  const labels = column.type === "choice" || column.type === "choices" ? column.labels : undefined;
  const outside = labels && codes.find((code) => labels[Number(code)] === undefined);
  if (outside !== undefined) {
    const message = `A validation error occurred. The value ${String(outside)} of '${name}' on record of type '${table.logicalName}' is outside the valid range.`;
    throw new Fault(400, faultCodes.validation, message);
  }
}

function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1_000) * 1_000;
}
