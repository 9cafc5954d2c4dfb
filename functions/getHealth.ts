import { endpoint } from "../shared/http/endpoint.ts";
import type { FunctionApp, Services } from "../shared/services.ts";

/** `GET health`, without a key: 200 as long as the app runs, with what it runs and what it had to drop. */
export function registerGetHealth(
  app: FunctionApp,
  { readHealth }: Pick<Services, "readHealth">,
): void {
  app.http("getHealth", {
    methods: ["GET"],
    route: "health",
    authLevel: "anonymous",
    handler: endpoint(async () => ({
      status: 200,
      headers: { "cache-control": "no-store" },
      jsonBody: readHealth(),
    })),
  });
}
