import { TelemetryQuery } from "../shared/domain/queryTelemetry.ts";
import { endpoint } from "../shared/http/endpoint.ts";
import { parse } from "../shared/parse.ts";
import type { FunctionApp, Services } from "../shared/services.ts";

/** `GET telemetry?from=&to=&metric=`: the windows of each minute, all partitions merged, sums exact. */
export function registerQueryTelemetry(
  app: FunctionApp,
  { queryTelemetry }: Pick<Services, "queryTelemetry">,
): void {
  app.http("queryTelemetry", {
    methods: ["GET"],
    route: "telemetry",
    authLevel: "function",
    handler: endpoint(async (request) => {
      const query = Object.fromEntries(request.query);
      delete query["code"]; // the function key's other place; header x-functions-key is the better one
      return { status: 200, jsonBody: await queryTelemetry(parse(TelemetryQuery, query)) };
    }),
  });
}
