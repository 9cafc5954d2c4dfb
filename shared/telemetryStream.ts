import { z } from "zod";
import type { StreamEvent, TelemetryBatch } from "./domain/telemetryBatch.ts";
import { TelemetryEvent } from "./domain/telemetryEvent.ts";
import { TerminalError } from "./errors.ts";
import { parseJson } from "./json.ts";
import { parse } from "./parse.ts";
import { rawBody } from "./rawBody.ts";

const MAX_EVENT_BYTES = 16 * 1024;
const MAX_KEPT_CHARACTERS = 4_000;

/**
 * Trigger options of a function that reads hub `telemetry`. The host moves its checkpoint whether the
 * function succeeds or throws, so it is called again until it succeeds.
 */
export const telemetryTrigger = {
  ...rawBody, // the bytes as sent: digits and damage survive
  connection: "EVENT_HUBS",
  eventHubName: "%TELEMETRY_HUB%",
  cardinality: "many",
  retry: {
    strategy: "exponentialBackoff",
    maxRetryCount: -1,
    minimumInterval: { seconds: 1 },
    maximumInterval: { minutes: 1 },
  },
} as const;

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

/** What the trigger hands over → a batch of one partition, each event read as far as it goes. */
export function readTelemetry(messages: unknown, triggerMetadata: unknown): TelemetryBatch {
  const { systemPropertiesArray, partitionContext } = parse(Metadata, triggerMetadata);
  const events = parse(Bodies, messages).map((body, index): StreamEvent => {
    const properties = systemPropertiesArray[index];
    if (properties === undefined) throw new Error("an event came without its properties");
    const { sequenceNumber, enqueuedTimeUtc: enqueuedAt } = properties;
    return { sequenceNumber, enqueuedAt, ...read(body) };
  });
  return { partition: partitionContext.partitionId, events };
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
