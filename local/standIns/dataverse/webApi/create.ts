import type { Reply } from "../../service/reply.ts";
import { Fault, faultCodes } from "../fault.ts";
import { plain } from "../schema/column.ts";
import { bindTo } from "./bind.ts";
import { readEntity } from "./readEntity.ts";
import type { TableCall, WebApi } from "./request.ts";
import { writeReply } from "./response.ts";

/** `POST <set>`, with the rows that its collections name (deep insert). */
export async function create(api: WebApi, target: TableCall): Promise<Reply> {
  const { call, table } = target;
  const body = readEntity(table, call.body, bindTo(api.store));
  const id = plain(body.sent[table.primaryId]) || api.newId();
  const { row } = await api.save({
    table,
    id,
    prepare: (current) => {
      if (current === undefined) return body;
      throw new Fault(412, faultCodes.duplicateRecord, "Cannot insert duplicate key.");
    },
    tag: call.query.get("tag") ?? undefined,
    signal: call.signal,
  });
  return writeReply(api.store, target, {
    row,
    created: true,
    entityId: `${table.entitySet}(${id})`,
  });
}
