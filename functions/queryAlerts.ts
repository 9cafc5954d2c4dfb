import { AlertQuery } from "../shared/domain/queryAlerts.ts";
import { endpoint } from "../shared/http/endpoint.ts";
import { parse } from "../shared/parse.ts";
import type { FunctionApp, Services } from "../shared/services.ts";

/** `GET telemetry/alerts?from=`: the latest alert of each rule, metric and key, raised or cleared. */
export function registerQueryAlerts(
  app: FunctionApp,
  { queryAlerts }: Pick<Services, "queryAlerts">,
): void {
  app.http("queryAlerts", {
    methods: ["GET"],
    route: "telemetry/alerts",
    authLevel: "function",
    handler: endpoint(async (request) => {
      const query = Object.fromEntries(request.query);
      delete query["code"]; // the function key's other place
      return { status: 200, jsonBody: await queryAlerts(parse(AlertQuery, query)) };
    }),
  });
}
