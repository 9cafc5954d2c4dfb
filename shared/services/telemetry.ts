import { createAlertReader } from "../adapters/alertReader.ts";
import { createAlertTable } from "../adapters/alertTable.ts";
import { createTable } from "../adapters/tables.ts";
import { createTelemetrySender } from "../adapters/telemetrySender.ts";
import { createTelemetryTable } from "../adapters/telemetryTable.ts";
import { createWindowReader } from "../adapters/telemetryWindows.ts";
import type { Config } from "../config.ts";
import { createIngestTelemetry } from "../domain/ingestTelemetry.ts";
import { createQueryAlerts } from "../domain/queryAlerts.ts";
import { createQueryTelemetry } from "../domain/queryTelemetry.ts";
import type { WatchTelemetry } from "../domain/telemetryAlert.ts";
import type { AggregateTelemetry } from "../domain/telemetryBatch.ts";
import type { Clock } from "../patterns/clock.ts";
import { createPersistence } from "../patterns/persist.ts";

type TelemetryConfig = Pick<
  Config,
  | "tables"
  | "eventHubs"
  | "TELEMETRY_HUB"
  | "TELEMETRY_SEND_TIMEOUT_MS"
  | "INTAKE_SEND_TIMEOUT_MS"
  | "TELEMETRY_LATENESS_MS"
  | "TELEMETRY_AHEAD_MS"
  | "TELEMETRY_ALERTS"
>;

const MINUTE_MS = 60_000;
/** One minute below host.json's functionTimeout; after that the function's own retry policy goes on. */
const PERSIST_MS = 4 * MINUTE_MS;

/** The telemetry part of the composition root: sender, two readers and queries of one hub. */
export function createTelemetryServices(
  config: TelemetryConfig,
  clock: Clock,
  newId: () => string,
) {
  const table = createTable(config.tables, "telemetry");
  const stream = { hub: config.TELEMETRY_HUB, consumerGroup: "aggregate" };
  const watchedStream = { hub: config.TELEMETRY_HUB, consumerGroup: "watch" };
  const { TELEMETRY_LATENESS_MS: latenessMs, TELEMETRY_AHEAD_MS: aheadMs } = config;
  const addBatch = createTelemetryTable({
    table,
    stream,
    rules: { sizeMs: MINUTE_MS, latenessMs, aheadMs },
  });
  const watchBatch = createAlertTable({
    table,
    stream: watchedStream,
    rules: config.TELEMETRY_ALERTS,
    newId,
  });
  const persist = createPersistence({ budgetMs: PERSIST_MS });
  const telemetry = createTelemetrySender({
    connection: config.eventHubs,
    hub: config.TELEMETRY_HUB,
    timeoutMs: config.TELEMETRY_SEND_TIMEOUT_MS,
  });
  const aggregateTelemetry: AggregateTelemetry = (batch) => persist(() => addBatch(batch));
  const watchTelemetry: WatchTelemetry = (batch, tell) => persist(() => watchBatch(batch, tell));
  const queryTelemetry = createQueryTelemetry({
    readWindows: createWindowReader(table, stream),
    now: clock.now,
  });
  const queryAlerts = createQueryAlerts({
    readAlerts: createAlertReader(table, watchedStream),
    now: clock.now,
  });
  const ingestTelemetry = createIngestTelemetry({
    send: (series) => telemetry.send(series, { timeoutMs: config.INTAKE_SEND_TIMEOUT_MS }),
    now: clock.now,
    latenessMs,
    aheadMs,
  });
  return {
    telemetry,
    aggregateTelemetry,
    watchTelemetry,
    queryTelemetry,
    queryAlerts,
    ingestTelemetry,
  };
}
