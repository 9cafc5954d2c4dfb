import type { FunctionApp, Services } from "../shared/services.ts";
import { readTelemetry, telemetryTrigger } from "../shared/telemetryStream.ts";

/**
 * Hub `telemetry`, group `aggregate` → windows of a minute. Returns only when the batch is durable; what
 * nobody can read is parked beside the windows, and the batch goes on.
 */
export function registerAggregateTelemetry(
  app: FunctionApp,
  { aggregateTelemetry }: Pick<Services, "aggregateTelemetry">,
): void {
  app.eventHub("aggregateTelemetry", {
    ...telemetryTrigger,
    consumerGroup: "aggregate",
    handler: async (messages, context) => {
      const batch = readTelemetry(messages, context.triggerMetadata);
      const outcome = await aggregateTelemetry(batch);
      context.info("telemetry aggregated", { partition: batch.partition, ...outcome });
    },
  });
}
