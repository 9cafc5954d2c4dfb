import type { Reply } from "../../service/reply.ts";
import { badRequest } from "../fault.ts";
import { parseFilter } from "./filter.ts";
import { parseProjection } from "./queryOptions.ts";
import { etagOf, renderRow } from "./renderRow.ts";
import type { TableCall, WebApi } from "./request.ts";
import { odataReply } from "./response.ts";
import { noSuchRow, type RowAddress, rowAt } from "./rowAddress.ts";

const PAGE_SIZE = 5_000;

/** `GET <set>(<key>)`. 304 when the caller has this version already. */
export function retrieveOne({ store }: WebApi, target: TableCall, address: RowAddress): Reply {
  const { call, table, root } = target;
  const row = rowAt(store, table, address);
  if (row === undefined) throw noSuchRow(table, address);
  assertOptions(call.query, ["$select", "$expand"]);
  const etag = etagOf(row);
  if (call.headers["if-none-match"] === etag) return { status: 304, headers: { etag } };
  const body = {
    "@odata.context": `${root}$metadata#${table.entitySet}/$entity`,
    ...renderRow(store, table, row, parseProjection(call.query)),
  };
  return odataReply(200, body, { etag });
}

/** `GET <set>`, one page of at most 5,000 rows. */
export function retrieveMany({ store }: WebApi, { call, table, root }: TableCall): Reply {
  const { query } = call;
  assertOptions(query, ["$select", "$expand", "$filter", "$top"]);
  const filter = query.get("$filter");
  const top = query.get("$top") ?? String(PAGE_SIZE);
  if (!/^\d+$/.test(top)) throw badRequest(`'${top}' is not a valid $top.`);
  const found = filter === null ? store.all(table) : store.where(table, parseFilter(table, filter));
  const projection = parseProjection(query);
  return odataReply(200, {
    "@odata.context": `${root}$metadata#${table.entitySet}`,
    value: found
      .slice(0, Math.min(Number(top), PAGE_SIZE))
      .map((row) => renderRow(store, table, row, projection)),
  });
}

/** What is not offered here must not pass in silence. */
function assertOptions(query: URLSearchParams, offered: readonly string[]): void {
  for (const name of query.keys()) {
    if (name.startsWith("$") && !offered.includes(name)) {
      throw badRequest(`The query option '${name}' is not offered here.`);
    }
  }
}
