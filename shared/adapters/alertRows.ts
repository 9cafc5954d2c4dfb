import { z } from "zod";
import type { StoredAlert } from "../domain/queryAlerts.ts";
import { alertId, type Watched } from "../domain/watchTelemetry.ts";
import { sha256 } from "../patterns/digest.ts";

/** Rows of one partition: each rule, metric and key that a reading ever counted for has one. */
export const alertKeys = { from: "alert|", to: "alert}" };

const instant = z.iso.datetime().transform((text) => Date.parse(text));
const iso = (at: number) => new Date(at).toISOString();

const WatchedRow = z
  .object({
    name: z.string(),
    metric: z.string(),
    key: z.string(),
    recent: z
      .string()
      .transform((text): unknown => JSON.parse(text))
      .pipe(z.array(z.int())),
    lapsesAt: instant,
    raisedAt: instant.optional(),
    until: instant.optional(),
    value: z.string().optional(),
  })
  .transform(({ raisedAt, until, value, ...row }): Watched => {
    const isComplete = raisedAt !== undefined && until !== undefined && value !== undefined;
    return { ...row, alert: isComplete ? { raisedAt, until, value } : undefined };
  });

export function watchedOf(row: unknown): Watched {
  return WatchedRow.parse(row);
}

/** To be merged into the row that is there: what it says of an earlier alert stays until there is another. */
export function watchedRow(partitionKey: string, watched: Watched) {
  const { name, metric, key, recent, lapsesAt, alert } = watched;
  return {
    partitionKey,
    rowKey: alertKeys.from + sha256(alertId(name, { metric, key })).slice(0, 32),
    name,
    metric,
    key,
    recent: JSON.stringify(recent),
    lapsesAt: iso(lapsesAt),
    ...(alert && { raisedAt: iso(alert.raisedAt), until: iso(alert.until), value: alert.value }),
  };
}

const AlertRow = z.object({
  name: z.string(),
  metric: z.string(),
  key: z.string(),
  value: z.string(),
  raisedAt: instant,
  until: instant,
});

export function alertOf(row: unknown): Omit<StoredAlert, "partition"> {
  return AlertRow.parse(row);
}
