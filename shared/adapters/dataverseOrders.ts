import type { OrderProfile } from "../domain/orderProfile.ts";
import { toOrderRow } from "../domain/orderRow.ts";
import type { ProcessOrderPorts } from "../domain/processOrder.ts";
import { TerminalError } from "../errors.ts";
import type { DataverseApi } from "./dataverseApi.ts";

/**
 * Reads an order, header and lines, with one GET; undefined when there is no such row. Throws TerminalError
 * `unknown-table` for a table that the profile does not describe: a message from before a change of settings.
 */
export function createReadOrderRow(
  api: Pick<DataverseApi, "get">,
  profile: OrderProfile,
): ProcessOrderPorts["readRow"] {
  const query = orderQuery(profile);
  return async ({ table, rowId }) => {
    if (table !== profile.table) {
      throw new TerminalError("unknown-table", `orders of ${table} are not processed here`);
    }
    const data = await api.get(`${profile.entitySet}(${rowId})?${query}`);
    if (data === undefined) return undefined;
    assertComplete(profile, data);
    return toOrderRow(profile, rowId, data);
  };
}

/** Dataverse expands this many rows at most: an order of more lines must not be taken for a shorter one. */
const MAX_LINES = 5_000;

function assertComplete({ lines }: OrderProfile, data: unknown): void {
  const found = (data as Record<string, unknown> | null)?.[lines.navigation];
  if (Array.isArray(found) && found.length >= MAX_LINES) {
    throw new TerminalError("too-many-lines", `the order has ${MAX_LINES} lines or more`);
  }
}

export function orderQuery({ numberColumn, totalColumn, currency, lines }: OrderProfile): string {
  const { navigation, quantityColumn, skuPath } = lines;
  const select = ["modifiedon", "statecode", "statuscode", numberColumn, totalColumn].join(",");
  const line = selectPath(skuPath, [quantityColumn]);
  const expand = `${currency.navigation}($select=${currency.column}),${navigation}(${line})`;
  return `$select=${select}&$expand=${expand}`;
}

/** `[navigation, …, column]` → `$select=…;$expand=navigation($select=…)`. */
function selectPath(path: readonly string[], columns: readonly string[]): string {
  const [head, ...rest] = path;
  if (head === undefined) return `$select=${columns.join(",")}`;
  if (rest.length === 0) return `$select=${[...columns, head].join(",")}`;
  const select = columns.length === 0 ? "" : `$select=${columns.join(",")};`;
  return `${select}$expand=${head}(${selectPath(rest, [])})`;
}
