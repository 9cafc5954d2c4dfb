import { parseDigits } from "../digits.ts";
import { badRequest, Fault, faultCodes } from "../fault.ts";
import type { Changes } from "../pipeline/saveEvent.ts";
import type { Child } from "../pipeline/saves.ts";
import type { Column, Value } from "../schema/column.ts";
import type { Table } from "../schema/table.ts";
import { tableNamed } from "../schema/tables.ts";
import { readValue } from "./readValue.ts";

/** A request body: columns in the order they were sent, and rows to create along with it. */
export type EntityBody = { readonly sent: Changes; readonly children: readonly Child[] };

/** Resolves the target of an `@odata.bind` to the id of an existing row, or throws Fault. */
export type Bind = (reference: string, table: Table) => string;

/** Throws Fault 400 for unreadable JSON, unknown properties and values that do not fit their column. */
export function readEntity(table: Table, bytes: Buffer, bind: Bind): EntityBody {
  let body: unknown;
  try {
    body = parseDigits(bytes.toString());
  } catch (cause) {
    throw new Fault(400, faultCodes.invalidPayload, "The request body is not valid JSON.", {
      cause,
    });
  }
  return readMembers(table, body, bind);
}

function readMembers(table: Table, body: unknown, bind: Bind): EntityBody {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new Fault(400, faultCodes.invalidPayload, "The request body must be a JSON object.");
  }
  const sent: Record<string, Value> = {};
  const children: Child[] = [];
  for (const [name, value] of Object.entries(body)) {
    const binding = /^(\w+)@odata\.bind$/.exec(name);
    if (binding !== null) {
      const [column, definition] = lookupNavigated(table, binding[1] ?? "");
      const target = tableNamed(definition.table);
      sent[column] =
        value === null ? null : { table: definition.table, id: bind(String(value), target) };
    } else if (name.includes("@")) {
      continue; // annotations such as @odata.type
    } else if (name in table.collections) {
      children.push(...readChildren(table, name, value, bind));
    } else {
      const column = writable(table, name);
      if (column.system !== true) sent[name] = readValue(table, name, column, value);
    }
  }
  return { sent, children };
}

function readChildren(table: Table, navigation: string, value: unknown, bind: Bind): Child[] {
  const collection = table.collections[navigation];
  if (collection === undefined || !Array.isArray(value)) {
    throw badRequest(`'${navigation}' must be an array.`);
  }
  const child = tableNamed(collection.table);
  return value.map((item: unknown) => ({
    table: child,
    column: collection.column,
    sent: readMembers(child, item, bind).sent,
  }));
}

function lookupNavigated(
  table: Table,
  navigation: string,
): [string, Extract<Column, { type: "lookup" }>] {
  for (const [name, column] of Object.entries(table.columns)) {
    if (column.type === "lookup" && column.navigation === navigation && column.system !== true) {
      return [name, column];
    }
  }
  throw undeclared(table, navigation);
}

function writable(table: Table, name: string): Column {
  const column = table.columns[name];
  if (/^_\w+_value$/.test(name) || column?.type === "lookup") {
    const message =
      "CRM do not support direct update of Entity Reference properties, Use Navigation properties instead.";
    throw new Fault(400, faultCodes.invalidPayload, message);
  }
  if (column === undefined) throw undeclared(table, name);
  return column;
}

function undeclared(table: Table, name: string): Fault {
  const type = `Microsoft.Dynamics.CRM.${table.logicalName}`;
  const message = `Error identified in Payload provided by the user for Entity :'${table.entitySet}'. The property '${name}' does not exist on type '${type}'.`;
  return new Fault(400, faultCodes.invalidPayload, message);
}
