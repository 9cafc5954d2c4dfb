import type { EventHubProducerClient } from "@azure/event-hubs";
import type { Connection } from "../connection.ts";
import type { Telemetry, TelemetrySeries } from "../domain/telemetryEvent.ts";
import { TerminalError } from "../errors.ts";
import { sha256 } from "../patterns/digest.ts";
import { createGuard } from "../patterns/guard.ts";

const MAX_PARTITION_KEY = 128;

export type TelemetrySender = Telemetry & {
  /** All readings in one batch, which the hub takes wholly or not at all; the promise of port `SendSeries`. */
  readonly send: (series: TelemetrySeries, limit: { readonly timeoutMs: number }) => Promise<void>;
  /** Readings of `emit` given up since the process started; health shows it. */
  readonly dropped: () => number;
  readonly close: () => Promise<void>;
};

/**
 * Sends readings to the hub over one connection, opened on first use. What the hub has not taken within
 * the limit, or what comes while a breaker spares the callers a dead hub, is given up: `send` rejects,
 * `emit` drops and counts. All readings of one metric and key go to one partition.
 */
export function createTelemetrySender({
  connection,
  hub,
  timeoutMs: emitTimeoutMs,
}: {
  readonly connection: Connection;
  readonly hub: string;
  readonly timeoutMs: number;
}): TelemetrySender {
  const isOutage = (error: unknown) => !(error instanceof TerminalError);
  const guard = createGuard({ timeoutMs: emitTimeoutMs, isOutage });
  let producer: Promise<EventHubProducerClient> | undefined;
  let dropped = 0;

  // The guard lets go in time; the SDK is not told to give up. Abandoned while its link is being opened it opens
  // another connection for the next send, and with several at once it never gets one open again.
  const send: TelemetrySender["send"] = ({ metric, key, readings }, limit) =>
    guard(async () => {
      producer ??= connect(connection, hub);
      const client = await producer;
      const partitionKey = partitionKeyOf(metric, key);
      const batch = await client.createBatch({ partitionKey });
      for (const { value, at } of readings) {
        const body = { schema: 1, metric, key, value, at };
        if (!batch.tryAdd({ body, contentType: "application/json" })) {
          throw new TerminalError("too-large", "the hub's batches do not hold so many readings");
        }
      }
      await client.sendBatch(batch);
    }, limit);

  return {
    send,
    emit: async ({ metric, key, value, at }) => {
      try {
        await send({ metric, key, readings: [{ value, at }] }, { timeoutMs: emitTimeoutMs });
      } catch {
        dropped++; // the port's promise: an order never waits or fails for telemetry
      }
    },
    dropped: () => dropped,
    close: async () => {
      await (await producer)?.close();
    },
  };
}

/** The name itself, or its digest where it is longer than a partition key may be. */
function partitionKeyOf(metric: string, key: string): string {
  const name = `${metric} ${key}`;
  return name.length <= MAX_PARTITION_KEY ? name : sha256(name);
}

async function connect(connection: Connection, hub: string): Promise<EventHubProducerClient> {
  const { EventHubProducerClient } = await import("@azure/event-hubs");
  const options = { retryOptions: { maxRetries: 0 } };
  if (connection.kind === "connectionString") {
    return new EventHubProducerClient(connection.connectionString, hub, options);
  }
  const { credentialOf } = await import("./credential.ts");
  return new EventHubProducerClient(
    connection.endpoint,
    hub,
    await credentialOf(connection),
    options,
  );
}
