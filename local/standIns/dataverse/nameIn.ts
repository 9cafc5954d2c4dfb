import type { NameOf } from "./pipeline/contractValue.ts";
import { isKept, tableNamed } from "./schema/tables.ts";
import type { Store } from "./store.ts";

/** Names that lookups have as of now; a row that is not kept here has none. */
export function nameIn(store: Store): NameOf {
  return ({ table, id }) => {
    if (!isKept(table)) return null;
    const target = tableNamed(table);
    const name = store.get(target, id)?.[target.primaryName];
    return typeof name === "string" ? name : null;
  };
}
