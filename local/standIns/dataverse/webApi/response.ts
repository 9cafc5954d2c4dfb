import type { Call } from "../../service/call.ts";
import type { Reply } from "../../service/reply.ts";
import type { Row } from "../schema/column.ts";
import type { Store } from "../store.ts";
import { parseProjection } from "./queryOptions.ts";
import { etagOf, renderRow } from "./renderRow.ts";
import type { TableCall } from "./request.ts";

const odata = { "odata-version": "4.0" };

export function odataReply(status: number, value: object, headers = {}): Reply {
  return {
    status,
    headers: { ...odata, "content-type": "application/json; odata.metadata=minimal", ...headers },
    body: JSON.stringify(value),
  };
}

function wantsRepresentation({ headers }: Call): boolean {
  return String(headers["prefer"] ?? "").includes("return=representation");
}

/** Answers a write: 204, or the row with its ETag where the caller prefers that. `entityId` echoes how it was addressed. */
export function writeReply(
  store: Store,
  { call, table, root }: TableCall,
  { row, created, entityId }: { row: Row; created: boolean; entityId: string },
): Reply {
  const located = { "odata-entityid": `${root}${entityId}` };
  if (!wantsRepresentation(call)) return { status: 204, headers: { ...odata, ...located } };
  const body = {
    "@odata.context": `${root}$metadata#${table.entitySet}/$entity`,
    ...renderRow(store, table, row, parseProjection(call.query)),
  };
  return odataReply(created ? 201 : 200, body, {
    ...located,
    etag: etagOf(row),
    "preference-applied": "return=representation",
  });
}
