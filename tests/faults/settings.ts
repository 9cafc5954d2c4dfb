/** Delays of the app, scaled so that a run takes seconds; the lease must outlast an attempt. Rows may have their own on top. */
export const settings = {
  LEASE_MS: "5600",
  RETRY_BASE_DELAY_MS: "150",
  RETRY_MAX_DELAY_MS: "1200",
  RETRY_MAX_ATTEMPTS: "10",
  PARK_DELAY_MS: "400",
  ROW_VISIBLE_WITHIN_MS: "5000",
  TARGET_TIMEOUT_MS: "400",
  BUS_TIMEOUT_MS: "400",
  STORAGE_TIMEOUT_MS: "400",
  INTAKE_SEND_TIMEOUT_MS: "1500",
  BREAKER_OPEN_MS: "800",
  OUTBOX_RELAY_SCHEDULE: "*/1 * * * * *",
  RECONCILE_SCHEDULE: "*/1 * * * * *",
  // Telemetry has tests of its own, and its readers would take their share of each second.
  "AzureWebJobs.aggregateTelemetry.Disabled": "true",
  "AzureWebJobs.watchTelemetry.Disabled": "true",
} as const;
