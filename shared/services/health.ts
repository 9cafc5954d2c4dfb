import packageJson from "../../package.json" with { type: "json" };

/** What anybody may know: counts and states, nothing of how the app is set up. */
export type Health = {
  readonly status: "up";
  readonly version: string;
  /** Readings that the hub did not take in time, since this process started. */
  readonly telemetryDropped: number;
  /** Circuit breakers that have ever opened, by name (`dataverse-read`, `warehouse`), as this instance last saw them. */
  readonly breakers: Readonly<Record<string, "closed" | "open" | "half-open">>;
};

type HealthSources = {
  readonly telemetryDropped: () => number;
  readonly breakers: () => Health["breakers"];
};

/** Reads memory only: a probe that calls others would spread their outage to ours. */
export function createReadHealth({ telemetryDropped, breakers }: HealthSources): () => Health {
  return () => ({
    status: "up",
    version: packageJson.version,
    telemetryDropped: telemetryDropped(),
    breakers: breakers(),
  });
}
