import type { Reply } from "../../service/reply.ts";
import { plain } from "../schema/column.ts";
import { assertPrecondition, preconditionOf } from "./precondition.ts";
import type { TableCall, WebApi } from "./request.ts";
import { noSuchRow, type RowAddress, rowAt } from "./rowAddress.ts";

/** `DELETE <set>(<key>)`, once no save of the row is under way. */
export async function remove(
  api: WebApi,
  { call, table }: TableCall,
  address: RowAddress,
): Promise<Reply> {
  const found = rowAt(api.store, table, address);
  if (found === undefined) throw noSuchRow(table, address);
  const id = plain(found[table.primaryId]);
  await api.lock(`${table.logicalName}:${id}`, async () => {
    const current = api.store.get(table, id);
    const missing = () => noSuchRow(table, address);
    if (current === undefined) throw missing();
    assertPrecondition(preconditionOf(call.headers), current, missing);
    api.store.remove(table, id);
    api.removed(table, id);
  });
  return { status: 204, headers: { "odata-version": "4.0" } };
}
