import { z } from "zod";
import { AlertRule } from "./domain/telemetryAlert.ts";

const MINUTE_MS = 60_000;
const BREAKERS = ["dataverse-read", "dataverse-write", "inventory", "procurement", "warehouse"];

/** What our own steps report and somebody should look into. */
const defaults: z.input<typeof AlertRule>[] = [
  {
    name: "orders keep failing",
    metric: "order.attempt",
    key: "interrupted",
    count: 20,
    withinMs: 5 * MINUTE_MS,
  },
  {
    name: "reservations are slow",
    metric: "order.reserve.ms",
    above: 3_000,
    count: 5,
    withinMs: 5 * MINUTE_MS,
  },
  {
    name: "shipments are slow",
    metric: "warehouse.requestShipment.ms",
    above: 3_000,
    count: 5,
    withinMs: 5 * MINUTE_MS,
  },
  // A breaker that opens a third time has had two probes fail.
  ...BREAKERS.map((breaker) => ({
    name: `${breaker} stays down`,
    metric: `breaker.${breaker}`,
    key: "open",
    count: 3,
    withinMs: 5 * MINUTE_MS,
  })),
];

const AlertRules = z
  .array(AlertRule)
  .max(50)
  .refine((rules) => new Set(rules.map(({ name }) => name)).size === rules.length);

export const alertSettings = {
  /** JSON list of alert rules (see AlertRule) in place of the default ones. */
  TELEMETRY_ALERTS: z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue("must be JSON");
        return z.NEVER;
      }
    })
    .pipe(AlertRules)
    .default(() => AlertRules.parse(defaults)),
};
