import { badRequest } from "../fault.ts";
import type { Value } from "../schema/column.ts";
import type { Table } from "../schema/table.ts";
import { columnShownAs, noSuchProperty } from "./columnName.ts";
import { literalValue } from "./literalValue.ts";

/** One `column eq literal`, then ` and ` or the end. */
const term = /\s*(\w+)\s+eq\s+(?:'((?:[^']|'')*)'|([^\s']+))\s*(?:and\s|$)/y;

/** Reads `a eq 1 and b eq 'x'`. Throws Fault 400 for any other operator: they are not offered here. */
export function parseFilter(table: Table, text: string): Readonly<Record<string, Value>> {
  const values: Record<string, Value> = {};
  term.lastIndex = 0;
  do {
    const match = term.exec(text);
    if (match === null) throw badRequest(`Only 'eq' and 'and' are offered in $filter: '${text}'`);
    const [, shown = "", quoted, bare = ""] = match;
    const found = columnShownAs(table, shown);
    if (found === undefined) throw badRequest(noSuchProperty(table, shown));
    const [name, column] = found;
    values[name] = literalValue(
      column,
      quoted === undefined
        ? { kind: "bare", value: bare }
        : { kind: "text", value: quoted.replaceAll("''", "'") },
    );
  } while (term.lastIndex < text.length);
  return values;
}
