import packageJson from "../../package.json" with { type: "json" };
import type { Config } from "../config.ts";

/** What anybody may know: it holds names and counts, never a value of a setting. */
export type Health = {
  readonly status: "up";
  readonly version: string;
  /** How each service is reached. */
  readonly connections: Readonly<Record<string, "connectionString" | "identity">>;
  /** Names of the settings in force, defaults included. */
  readonly settings: readonly string[];
  /** Readings that the hub did not take in time, since this process started. */
  readonly telemetryDropped: number;
  /** Circuit breakers that have ever opened, as this instance last saw them. */
  readonly breakers: Readonly<Record<string, "closed" | "open" | "half-open">>;
};

/** Reads memory only: a probe that calls others would spread their outage to ours. */
export function createReadHealth(
  config: Config,
  {
    telemetryDropped,
    breakers,
  }: { readonly telemetryDropped: () => number; readonly breakers: () => Health["breakers"] },
): () => Health {
  const { serviceBus, eventHubs, tables, blobs } = config;
  const connections = {
    serviceBus: serviceBus.kind,
    eventHubs: eventHubs.kind,
    tables: tables.kind,
    blobs: blobs.kind,
  };
  const settings = Object.entries(config)
    .filter(([name, value]) => /^[A-Z_]+$/.test(name) && value !== undefined)
    .map(([name]) => name)
    .toSorted();
  return () => ({
    status: "up",
    version: packageJson.version,
    connections,
    settings,
    telemetryDropped: telemetryDropped(),
    breakers: breakers(),
  });
}
