import { z } from "zod";
import { TerminalError } from "../errors.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;
const MAX_ALERTS = 1_000;

/** Query of `GET telemetry/alerts`: alerts that were up at that time or later; the last day where nothing is said. */
export const AlertQuery = z.strictObject({ from: z.iso.datetime({ offset: true }).optional() });
export type AlertQuery = z.infer<typeof AlertQuery>;

type AlertNames = {
  readonly name: string;
  readonly metric: string;
  readonly key: string;
  /** Of the hub. A sender that spreads one metric and key over several partitions may raise an alert in each. */
  readonly partition: string;
  /** The reading that raised it. */
  readonly value: string;
};

/** The latest alert of a rule, metric and key. Instants are epoch ms. */
export type StoredAlert = AlertNames & { readonly raisedAt: number; readonly until: number };

/** Those whose `until` is `from` or later. Reads at most one more than `limit`. */
export type ReadAlerts = (range: {
  readonly from: number;
  readonly limit: number;
}) => Promise<readonly StoredAlert[]>;

type AlertView = AlertNames &
  (
    | { readonly state: "raised"; readonly raisedAt: string }
    | { readonly state: "cleared"; readonly raisedAt: string; readonly clearedAt: string }
  );

export type QueryAlerts = (
  query: AlertQuery,
) => Promise<{ readonly from: string; readonly alerts: readonly AlertView[] }>;

/**
 * The latest raised first. Judged by the clock, so an alert is shown as cleared in time although a quiet
 * stream has nothing to announce it by. Answers all or TerminalError `too-many-alerts`.
 */
export function createQueryAlerts({
  readAlerts,
  now,
}: {
  readonly readAlerts: ReadAlerts;
  readonly now: () => number;
}): QueryAlerts {
  return async (query) => {
    const at = now();
    const from = query.from === undefined ? at - DAY_MS : Date.parse(query.from);
    const found = await readAlerts({ from, limit: MAX_ALERTS });
    if (found.length > MAX_ALERTS) {
      throw new TerminalError("too-many-alerts", `more than ${MAX_ALERTS} alerts: ask from later`, {
        field: "from",
      });
    }
    const alerts = found.toSorted((a, b) => b.raisedAt - a.raisedAt).map((one) => viewOf(one, at));
    return { from: new Date(from).toISOString(), alerts };
  };
}

function viewOf({ raisedAt, until, ...names }: StoredAlert, now: number): AlertView {
  const since = new Date(raisedAt).toISOString();
  if (until > now) return { ...names, state: "raised", raisedAt: since };
  return { ...names, state: "cleared", raisedAt: since, clearedAt: new Date(until).toISOString() };
}
