import type { Stack } from "./stack.ts";

/** What a developer wants to know once everything is up: addresses, keys, and what to try first. */
export function welcome(stack: Stack, startedInMs: number): string[] {
  const { host, standIns, broker, keys, connectionStrings } = stack;
  const { urls, controlUrl } = standIns.info;
  const order = "3f2a9c55-7e83-ef11-ac20-000d3a2b1c01";
  return [
    "",
    ...host.info.functions.map(
      ({ name, trigger, route, methods }) =>
        `  ${name.padEnd(26)} ${route === undefined ? trigger : `${methods?.join(",") ?? ""} ${host.info.url}/${route}`}`,
    ),
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
    "  1. Submit an order and see its result row:",
    `     curl -X POST ${host.info.url}/api/orders -H "x-functions-key: ${keys.function}" -H "Idempotency-Key: first" -H "Content-Type: application/json" -d "{\\"orderId\\":\\"${order}\\"}"`,
    `     curl ${host.info.url}/api/orders/${order} -H "x-functions-key: ${keys.function}"`,
    "  2. Take the warehouse down, submit another order, and bring it back:",
    `     curl -X POST ${controlUrl}/services/warehouse/down`,
    "  3. Run the whole story, judged from the outside: npm run demo",
    "",
    `Ready in ${(startedInMs / 1000).toFixed(1)} s.`,
  ];
}
