import type { FunctionApp, Services } from "../shared/services.ts";
import { readTelemetry, telemetryTrigger } from "../shared/telemetryStream.ts";

/**
 * Hub `telemetry`, group `watch` → alerts, independently of the aggregation: a log line when one is raised
 * and when it is cleared, for an alert rule of Application Insights, and a row for `GET telemetry/alerts`.
 */
export function registerWatchTelemetry(
  app: FunctionApp,
  { watchTelemetry }: Pick<Services, "watchTelemetry">,
): void {
  app.eventHub("watchTelemetry", {
    ...telemetryTrigger,
    consumerGroup: "watch",
    handler: async (messages, context) => {
      const batch = readTelemetry(messages, context.triggerMetadata);
      await watchTelemetry(batch, ({ kind, name, at, ...alert }) => {
        const details = { alert: name, ...alert, at: new Date(at).toISOString() };
        if (kind === "raised") context.warn("telemetry alert raised", details);
        else context.info("telemetry alert cleared", details);
      });
    },
  });
}
