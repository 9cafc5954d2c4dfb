import { badRequest, Fault, faultCodes } from "../fault.ts";
import type { Row, Value } from "../schema/column.ts";
import type { Table } from "../schema/table.ts";
import type { Store } from "../store.ts";
import { columnShownAs } from "./columnName.ts";
import { literalValue } from "./literalValue.ts";
import type { ResourcePath } from "./resourcePath.ts";

/** One row, by its id or by the values of a declared alternate key. */
export type RowAddress =
  | { readonly kind: "id"; readonly id: string }
  | { readonly kind: "key"; readonly values: Readonly<Record<string, Value>> };

const unusable = /[/<>*%&:\\?+]/;

/** Throws Fault 400 for a key that the table does not declare, or with characters that keys cannot hold. */
export function rowAddress(table: Table, path: Exclude<ResourcePath, { kind: "set" }>): RowAddress {
  if (path.kind === "row") return { kind: "id", id: path.id };
  const values: Record<string, Value> = {};
  for (const [shown, literal] of Object.entries(path.values)) {
    const found = columnShownAs(table, shown);
    if (found === undefined) throw invalidKey(table);
    const [name, column] = found;
    if (unusable.test(literal.value)) {
      throw badRequest(`The value of key '${shown}' has characters that a key cannot hold.`);
    }
    values[name] = literalValue(column, literal);
  }
  const names = Object.keys(values).sort().join();
  const id = values[table.primaryId];
  if (names === table.primaryId && typeof id === "string") return { kind: "id", id };
  if (!table.alternateKeys.some((key) => [...key].sort().join() === names)) throw invalidKey(table);
  return { kind: "key", values };
}

export function rowAt(store: Store, table: Table, address: RowAddress): Row | undefined {
  return address.kind === "id"
    ? store.get(table, address.id)
    : store.where(table, address.values)[0];
}

/** The 404 for a row that is not there. */
export function noSuchRow(table: Table, address: RowAddress): Fault {
  return address.kind === "id"
    ? new Fault(
        404,
        faultCodes.objectDoesNotExist,
        `Entity '${table.logicalName}' With Id = ${address.id} Does Not Exist`,
      )
    : new Fault(
        404,
        faultCodes.keyDoesNotExist,
        `A record with the specified key values does not exist in ${table.logicalName} entity`,
      );
}

function invalidKey(table: Table): Fault {
  return badRequest(
    `The key in the request URI is not valid for resource 'Microsoft.Dynamics.CRM.${table.logicalName}'. Ensure that the names and number of key properties match the declared key properties for the resource.`,
  );
}
