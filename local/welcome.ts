import type { Stack } from "./stack.ts";

/** In Windows PowerShell the bare word is another command. */
const curl = process.platform === "win32" ? "curl.exe" : "curl";

/** A submitted order that the stand-in for Dataverse begins with. */
const ORDER = "3f2a9c55-7e83-ef11-ac20-000d3a2b1c01";

/** What a developer wants to know once everything is up: addresses, keys, and what to try first. */
export function welcome(stack: Stack, startedInMs: number): string[] {
  const { host, standIns, broker, keys, connectionStrings } = stack;
  const { urls, controlUrl } = standIns.info;
  const app = `${host.info.url}/api`;
  const key = `x-functions-key: ${keys.function}`;
  const salesorder = `"${urls.dataverse}/api/data/v9.2/salesorders(${ORDER})"`;
  return [
    "",
    ...host.info.functions.map(
      ({ name, trigger, route, methods }) =>
        `  ${name.padEnd(26)} ${route === undefined ? trigger : `${methods?.join(",") ?? ""} ${host.info.url}${route}`}`,
    ),
    ...stack.hosts.slice(1).map(({ info }) => `  The same on       ${info.url}`),
    "",
    `  Dataverse       ${urls.dataverse}/api/data/v9.2/   (Authorization: Bearer local)`,
    `  Credit bureau   ${urls.creditBureau}`,
    `  Inventory       ${urls.inventory}`,
    `  Warehouse       ${urls.warehouse}`,
    `  Procurement     ${urls.procurement}`,
    `  Control         ${controlUrl}/services`,
    `  Broker health   http://localhost:${broker.info.adminPort}/health`,
    "",
    `  Function key    ${keys.function}`,
    `  Master key      ${keys.master}`,
    `  Service Bus     ${connectionStrings.broker}`,
    `  Event Hubs      ${connectionStrings.broker}`,
    `  Storage         ${connectionStrings.storage}`,
    "",
    "Three things to try next:",
    "  1. Submit an order as a flow would, and see where it is:",
    `     ${curl} -X POST ${app}/orders -H "${key}" -H "Idempotency-Key: first" ${body("order")}`,
    `     ${curl} ${app}/orders/${ORDER} -H "${key}"`,
    "  2. Withdraw it in Dataverse, then look again: reservation released, shipment cancelled:",
    `     ${curl} -X PATCH ${salesorder} -H "Authorization: Bearer local" -H "If-Match: *" ${body("withdrawn")}`,
    "  3. Take the warehouse down, submit the order once more, see its command wait (scheduled: 1), and bring the warehouse back:",
    `     ${curl} -X POST ${controlUrl}/services/warehouse/down`,
    `     ${curl} -X PATCH ${salesorder} -H "Authorization: Bearer local" -H "If-Match: *" ${body("submitted")}`,
    `     ${curl} http://localhost:${broker.info.adminPort}/entities`,
    `     ${curl} -X POST ${controlUrl}/services/warehouse/up`,
    `     ${curl} ${controlUrl}/services/warehouse/ledger`,
    "The whole story, judged from the outside: npm run demo",
    "",
    `Ready in ${(startedInMs / 1000).toFixed(1)} s.`,
  ];
}

/** A JSON body from a file: every shell would want its own quotes around it. */
function body(name: "order" | "withdrawn" | "submitted"): string {
  return `-H "Content-Type: application/json" -d "@local/try/${name}.json"`;
}
