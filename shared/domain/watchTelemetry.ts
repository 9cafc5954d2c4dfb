import { toUnits } from "./fixedPoint.ts";
import type { AlertNews, AlertRule } from "./telemetryAlert.ts";
import type { StreamEvent } from "./telemetryBatch.ts";
import type { TelemetryEvent } from "./telemetryEvent.ts";

/** One rule's view of one metric and key. */
export type Watched = {
  readonly name: string;
  readonly metric: string;
  readonly key: string;
  /** When the hub took the latest readings beyond the limit: no more than the rule counts, oldest first. */
  readonly recent: readonly number[];
  /** The latest alert: up until then, unless further readings make it longer. */
  readonly alert: RaisedAlert | undefined;
  /** From then on nothing of this matters to what comes. */
  readonly lapsesAt: number;
};

type RaisedAlert = {
  readonly raisedAt: number;
  readonly until: number;
  /** The reading that raised it. */
  readonly value: string;
};

export type WatchState = {
  /** The hub's latest stamp, as far as it was kept. The stream itself is the clock: a repetition judges as the first time did. */
  readonly now: number;
  readonly watched: ReadonlyMap<string, Watched>;
};

type WatchOutcome = {
  readonly changed: ReadonlyMap<string, Watched>;
  readonly news: AlertNews[];
};

/**
 * Judges events that no state has seen, in the order of their numbers. An alert is raised once and stays up
 * until its condition has been away for as long as the rule says; a stream cut into other batches gives the
 * same news. Events that nobody can read only move the time on: to park them is the aggregation's matter.
 */
export function watchEvents(
  known: WatchState,
  events: readonly StreamEvent[],
  rules: readonly AlertRule[],
): WatchOutcome {
  const changed = new Map<string, Watched>();
  const news: AlertNews[] = [];
  let { now } = known;
  for (const event of events.toSorted((a, b) => a.sequenceNumber - b.sequenceNumber)) {
    now = Math.max(now, event.enqueuedAt);
    if (event.kind === "unreadable") continue;
    for (const rule of rules) {
      if (!isBeyond(rule, event.event)) continue;
      const id = alertId(rule.name, event.event);
      const before = changed.get(id) ?? known.watched.get(id);
      const after = count(before, rule, event.event, now);
      changed.set(id, after);
      if (after.alert?.raisedAt === before?.alert?.raisedAt) continue;
      if (before !== undefined) news.push(...cleared(before, known.now, now));
      news.push(...raised(after));
    }
  }
  for (const one of new Map([...known.watched, ...changed]).values()) {
    news.push(...cleared(one, known.now, now));
  }
  return { changed, news };
}

export function alertId(
  name: string,
  { metric, key }: Pick<TelemetryEvent, "metric" | "key">,
): string {
  return JSON.stringify([name, metric, key]);
}

function isBeyond(rule: AlertRule, { metric, key, value }: TelemetryEvent): boolean {
  if (rule.metric !== metric || (rule.key ?? key) !== key) return false;
  const { above, below } = rule;
  if (above === undefined && below === undefined) return true;
  const units = toUnits(value);
  return (
    (above !== undefined && units > toUnits(above)) ||
    (below !== undefined && units < toUnits(below))
  );
}

function count(
  before: Watched | undefined,
  { name, count, withinMs, clearAfterMs }: AlertRule,
  { metric, key, value }: TelemetryEvent,
  now: number,
): Watched {
  const within = (before?.recent ?? []).filter((at) => at > now - withinMs);
  const recent = [...within, now].slice(-count);
  const isMet = recent.length === count;
  const alert = isMet ? longer(before?.alert, value, now, clearAfterMs) : before?.alert;
  const lapsesAt = Math.max(now + withinMs, alert?.until ?? 0);
  return { name, metric, key, recent, alert, lapsesAt };
}

function longer(
  alert: RaisedAlert | undefined,
  value: string,
  now: number,
  clearAfterMs: number,
): RaisedAlert {
  const until = now + clearAfterMs;
  return alert !== undefined && alert.until > now
    ? { ...alert, until }
    : { raisedAt: now, until, value };
}

function raised({ name, metric, key, alert }: Watched): AlertNews[] {
  if (alert === undefined) return [];
  return [{ kind: "raised", name, metric, key, value: alert.value, at: alert.raisedAt }];
}

/** Of an alert whose time ended after `from` and no later than `to`; before that it was told already. */
function cleared({ name, metric, key, alert }: Watched, from: number, to: number): AlertNews[] {
  if (alert === undefined || alert.until <= from || alert.until > to) return [];
  return [{ kind: "cleared", name, metric, key, value: alert.value, at: alert.until }];
}
