import { parseJson } from "../shared/json.ts";
import { rawBody } from "../shared/rawBody.ts";
import type { FunctionApp, Services } from "../shared/services.ts";

/** Above what any Service Bus tier but the largest Premium message carries; Dataverse strips at 192 KB. */
const MAX_BYTES = 1024 * 1024;

/**
 * Door b: queue `dataverse-events`, which a Dataverse service endpoint posts to → references on queue
 * `orders`. The bus already holds the event, so a send that fails only makes it wait. An event that
 * cannot be accepted, and a body that door a could not read, go to the dead-letter queue with reason.
 */
export function registerRouteDataverseEvent(
  app: FunctionApp,
  { routeEvent, settle }: Pick<Services, "routeEvent" | "settle">,
): void {
  app.serviceBusQueue("routeDataverseEvent", {
    connection: "SERVICE_BUS",
    queueName: "%DATAVERSE_EVENTS_QUEUE%",
    ...rawBody,
    handler: settle("dataverseEvents", async (body, context) => {
      const routed = await routeEvent(parseJson(body, { maxBytes: MAX_BYTES }));
      context.info("dataverse event routed", routed);
    }),
  });
}
