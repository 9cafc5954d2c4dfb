import { IngestTelemetry } from "../shared/domain/ingestTelemetry.ts";
import { endpoint } from "../shared/http/endpoint.ts";
import { readJson } from "../shared/http/readJson.ts";
import type { FunctionApp, Services } from "../shared/services.ts";

/**
 * `POST telemetry` → 202 once hub `telemetry` has taken the readings, all in one batch; 503 when it does
 * not in time. For flows, which speak no AMQP. Exactly-once holds from the hub to the table, not from
 * here: readings that are sent again, also after a 503 that came too early, are counted again.
 */
export function registerIngestTelemetry(
  app: FunctionApp,
  { ingestTelemetry }: Pick<Services, "ingestTelemetry">,
): void {
  app.http("ingestTelemetry", {
    methods: ["POST"],
    route: "telemetry",
    authLevel: "function",
    handler: endpoint(async (request) => ({
      status: 202,
      jsonBody: await ingestTelemetry(await readJson(request, IngestTelemetry)),
    })),
  });
}
