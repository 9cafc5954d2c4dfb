import type { Reply } from "../../service/reply.ts";
import type { Changes } from "../pipeline/saveEvent.ts";
import { plain, type Row } from "../schema/column.ts";
import { bindTo } from "./bind.ts";
import { assertPrecondition, preconditionOf } from "./precondition.ts";
import { type EntityBody, readEntity } from "./readEntity.ts";
import type { TableCall, WebApi } from "./request.ts";
import { writeReply } from "./response.ts";
import { noSuchRow, type RowAddress, rowAt } from "./rowAddress.ts";

/** `PATCH <set>(<key>)`: updates the row, or creates it unless `If-Match` forbids that. */
export async function upsert(
  api: WebApi,
  target: TableCall,
  address: RowAddress,
  entityId: string,
): Promise<Reply> {
  const { call, table } = target;
  const body = readEntity(table, call.body, bindTo(api.store));
  const condition = preconditionOf(call.headers);

  const write = async (id: string) => {
    const saved = await api.save({
      table,
      id,
      prepare: (current) => {
        assertPrecondition(condition, current, () => noSuchRow(table, address));
        return { ...body, sent: sentTo(address, body, current) };
      },
      tag: call.query.get("tag") ?? undefined,
      signal: call.signal,
    });
    return writeReply(api.store, target, { ...saved, entityId });
  };

  if (address.kind === "id") return write(address.id);
  // One at a time for each key, so that two upserts of a new key do not both create a row.
  return api.lock(`${table.logicalName}?${JSON.stringify(address.values)}`, () => {
    const row = rowAt(api.store, table, address);
    return write(plain((row ?? body.sent)[table.primaryId]) || api.newId());
  });
}

/** Key columns in the body are dropped on an update; on a create they win over the URL. */
function sentTo(address: RowAddress, { sent }: EntityBody, current: Row | undefined): Changes {
  if (address.kind === "id") return sent;
  if (current === undefined) return { ...address.values, ...sent };
  return Object.fromEntries(Object.entries(sent).filter(([name]) => !(name in address.values)));
}
