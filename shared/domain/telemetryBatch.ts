import type { TelemetryEvent } from "./telemetryEvent.ts";

type Place = {
  /** Position in the partition; the broker counts it up by one an event. */
  readonly sequenceNumber: number;
  /** When the broker took the event, epoch ms. */
  readonly enqueuedAt: number;
};

/** One event of a batch, read as far as it goes. */
export type StreamEvent = Place &
  (
    | { readonly kind: "event"; readonly event: TelemetryEvent }
    | {
        readonly kind: "unreadable";
        readonly reason: string;
        readonly detail: string;
        /** The start of the body, for the person who looks into it. */
        readonly body: string;
      }
  );

export type TelemetryBatch = {
  readonly partition: string;
  readonly events: readonly StreamEvent[];
};

/** What became of a batch's events: `added + parked + repeated` is their number. */
type BatchOutcome = {
  readonly added: number;
  readonly parked: number;
  readonly repeated: number;
};

/** Resolves when the batch's effect is durable; a batch that comes again, whole or cut anew, adds nothing. */
export type AggregateTelemetry = (batch: TelemetryBatch) => Promise<BatchOutcome>;
