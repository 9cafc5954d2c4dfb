import type { InvocationContext } from "@azure/functions";
import { z } from "zod";
import type { StreamEvent } from "../shared/domain/telemetryBatch.ts";
import { TelemetryEvent } from "../shared/domain/telemetryEvent.ts";
import { TerminalError } from "../shared/errors.ts";
import { parseJson } from "../shared/json.ts";
import { parse } from "../shared/parse.ts";
import type { FunctionApp, Services } from "../shared/services.ts";

const MAX_EVENT_BYTES = 16 * 1024;
const MAX_KEPT_CHARACTERS = 4_000;

/** Only these two are aligned with the events; `sequenceNumberArray` and others drop or round values. */
const Metadata = z.object({
  systemPropertiesArray: z.array(
    z.object({
      sequenceNumber: z.coerce.number().int(),
      enqueuedTimeUtc: z
        .string()
        .transform((time) => Date.parse(time))
        .pipe(z.int()),
    }),
  ),
  partitionContext: z.object({ partitionId: z.coerce.string() }),
});
const Bodies = z.array(z.instanceof(Uint8Array));

/**
 * Hub `telemetry`, group `aggregate` → windows of a minute. The host moves its checkpoint whether this
 * succeeds or throws, so it returns only when the batch is durable; what nobody can read is parked
 * beside the windows, and the batch goes on.
 */
export function registerAggregateTelemetry(
  app: FunctionApp,
  { aggregateTelemetry }: Pick<Services, "aggregateTelemetry">,
): void {
  const rawBody = { dataType: "binary" }; // the bytes as sent: digits and damage survive
  app.eventHub("aggregateTelemetry", {
    ...rawBody,
    connection: "EVENT_HUBS",
    eventHubName: "%TELEMETRY_HUB%",
    consumerGroup: "aggregate",
    cardinality: "many",
    retry: {
      strategy: "exponentialBackoff",
      maxRetryCount: -1,
      minimumInterval: { seconds: 1 },
      maximumInterval: { minutes: 1 },
    },
    handler: async (messages: unknown, context: InvocationContext) => {
      const { systemPropertiesArray, partitionContext } = parse(Metadata, context.triggerMetadata);
      const partition = partitionContext.partitionId;
      const events = parse(Bodies, messages).map((body, index): StreamEvent => {
        const properties = systemPropertiesArray[index];
        if (properties === undefined) throw new Error("an event came without its properties");
        const { sequenceNumber, enqueuedTimeUtc: enqueuedAt } = properties;
        return { sequenceNumber, enqueuedAt, ...read(body) };
      });
      const outcome = await aggregateTelemetry({ partition, events });
      context.info("telemetry aggregated", { partition, ...outcome });
    },
  });
}

type Read =
  | Pick<Extract<StreamEvent, { kind: "event" }>, "kind" | "event">
  | Pick<Extract<StreamEvent, { kind: "unreadable" }>, "kind" | "reason" | "detail" | "body">;

function read(body: Uint8Array): Read {
  try {
    const event = parse(TelemetryEvent, parseJson(body, { maxBytes: MAX_EVENT_BYTES }));
    return { kind: "event", event };
  } catch (error) {
    if (!(error instanceof TerminalError)) throw error;
    return { kind: "unreadable", reason: error.code, detail: error.message, body: legible(body) };
  }
}

/** The start of it, for a person: what is not text, and what a table would not take, is replaced. */
function legible(body: Uint8Array): string {
  return new TextDecoder()
    .decode(body.subarray(0, MAX_KEPT_CHARACTERS))
    .replaceAll(/[^\P{Cc}\t\n\r]/gu, "\ufffd");
}
