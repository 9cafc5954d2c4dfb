import type { EventHubProducerClient } from "@azure/event-hubs";
import type { Connection } from "../config.ts";
import type { Telemetry } from "../domain/telemetryEvent.ts";
import { createGuard } from "../patterns/guard.ts";

export type TelemetrySender = Telemetry & {
  /** Readings given up since the process started; health shows it. */
  readonly dropped: () => number;
  readonly close: () => Promise<void>;
};

/**
 * Sends readings to the hub over one connection, opened on first use. A reading that the hub has not
 * taken within the limit, or that comes while a breaker spares the callers a dead hub, is dropped and
 * counted. All readings of one metric and key go to one partition.
 */
export function createTelemetrySender({
  connection,
  hub,
  timeoutMs,
}: {
  readonly connection: Connection;
  readonly hub: string;
  readonly timeoutMs: number;
}): TelemetrySender {
  const guard = createGuard({ timeoutMs });
  let producer: Promise<EventHubProducerClient> | undefined;
  let dropped = 0;

  return {
    emit: async (reading) => {
      try {
        // The guard lets go in time; the SDK is not told to give up. Abandoned while its link is being opened it opens
        // another connection for the next send, and with several at once it never gets one open again.
        await guard(async () => {
          producer ??= connect(connection, hub);
          const body = { schema: 1, ...reading };
          const partitionKey = `${reading.metric} ${reading.key}`;
          const client = await producer;
          await client.sendBatch([{ body, contentType: "application/json" }], {
            partitionKey,
          });
        });
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
