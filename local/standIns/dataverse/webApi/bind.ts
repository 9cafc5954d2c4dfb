import { badRequest } from "../fault.ts";
import { plain } from "../schema/column.ts";
import { tableOfSet } from "../schema/tables.ts";
import type { Store } from "../store.ts";
import type { Bind } from "./readEntity.ts";
import { parseResourcePath } from "./resourcePath.ts";
import { noSuchRow, rowAddress, rowAt } from "./rowAddress.ts";

/** Reads `/accounts(<key>)`, with or without the service root before it. Throws Fault 400 or 404. */
export function bindTo(store: Store): Bind {
  return (reference, table) => {
    const path = parseResourcePath(/[^/]+$/.exec(reference)?.[0] ?? reference);
    if (path.kind === "set" || tableOfSet(path.set) !== table) {
      throw badRequest(`'${reference}' does not name a row of '${table.entitySet}'.`);
    }
    const address = rowAddress(table, path);
    const row = rowAt(store, table, address);
    if (row === undefined) throw noSuchRow(table, address);
    return plain(row[table.primaryId]);
  };
}
