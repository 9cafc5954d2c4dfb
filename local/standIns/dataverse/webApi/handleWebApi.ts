import type { Call } from "../../service/call.ts";
import type { Reply } from "../../service/reply.ts";
import { Fault, faultCodes, faultReply } from "../fault.ts";
import type { Organization } from "../organization.ts";
import { tableOfSet } from "../schema/tables.ts";
import { create } from "./create.ts";
import { remove } from "./remove.ts";
import type { WebApi } from "./request.ts";
import { parseResourcePath } from "./resourcePath.ts";
import { odataReply } from "./response.ts";
import { retrieveMany, retrieveOne } from "./retrieve.ts";
import { rowAddress } from "./rowAddress.ts";
import { upsert } from "./upsert.ts";

const ROOT = "/api/data/v9.2/";

/** The Web API, v9.2. Every refusal is a Fault; anything else that is thrown is a defect of this stand-in. */
export async function handleWebApi(
  api: WebApi,
  organization: Organization,
  call: Call,
): Promise<Reply> {
  if (!/^Bearer\s+\S/i.test(call.headers.authorization ?? "")) {
    const reply = faultReply(401, "0x80072560", "The request carries no bearer token.");
    return { ...reply, headers: { ...reply.headers, "www-authenticate": "Bearer" } };
  }
  try {
    return await dispatch(api, organization, call);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return faultReply(error.status, error.code, error.message);
  }
}

async function dispatch(api: WebApi, organization: Organization, call: Call): Promise<Reply> {
  const { method, path: fullPath } = call;
  if (!fullPath.startsWith(ROOT)) throw notFound(fullPath);
  const path = fullPath.slice(ROOT.length);
  const root = `http://${call.headers.host ?? "localhost"}${ROOT}`;
  if (method === "GET" && path === "WhoAmI") return whoAmI(organization);

  const resource = parseResourcePath(path);
  const table = tableOfSet(resource.set);
  if (table === undefined) throw notFound(resource.set);
  const target = { call, table, root };
  if (method === "POST" || method === "PATCH") assertJson(call);
  if (resource.kind === "set") {
    if (method === "GET") return retrieveMany(api, target);
    if (method === "POST") return create(api, target);
    throw notAllowed(method);
  }
  const address = rowAddress(table, resource);
  if (method === "GET") return retrieveOne(api, target, address);
  if (method === "PATCH") return upsert(api, target, address, path);
  if (method === "DELETE") return remove(api, target, address);
  throw notAllowed(method);
}

function whoAmI({ id, userId, businessUnitId }: Organization): Reply {
  return odataReply(200, {
    BusinessUnitId: businessUnitId,
    UserId: userId,
    OrganizationId: id,
  });
}

function assertJson({ headers }: Call): void {
  if (/^application\/json\b/i.test(headers["content-type"] ?? "")) return;
  throw new Fault(415, faultCodes.badRequest, "The content type must be application/json.");
}

function notFound(segment: string): Fault {
  return new Fault(404, faultCodes.badRequest, `Resource not found for the segment '${segment}'.`);
}

function notAllowed(method: string): Fault {
  return new Fault(405, faultCodes.badRequest, `${method} is not offered on this resource.`);
}
