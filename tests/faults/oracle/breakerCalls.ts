import type { Call } from "../../../local/outside/standIns.ts";

export type Outage = {
  /** When the breaker was seen open first, epoch ms. */
  readonly openedAt: number;
  /** Until when it leaves the target alone. */
  readonly until: number;
  /** How long one call to the target lasts while it is down: calls closer than that overlap. */
  readonly callMs: number;
  readonly probes: number;
  /** When the target was well again and the breaker closed. */
  readonly closedAt: number;
};

/** What opens anywhere is open everywhere within this. */
const SPREAD_MS = 1_000;
/** For the way of a call that was let through before. */
const SLACK_MS = 150;

/**
 * I7, by the target's own log of calls: none while the breaker is open, a second after it opened at the latest; never
 * more probes at once than allowed, in the whole fleet, until it closes.
 */
export function breakerCalls(
  calls: readonly Pick<Call, "at">[],
  { openedAt, until, callMs, probes, closedAt }: Outage,
): string[] {
  const silentFrom = openedAt + SPREAD_MS + SLACK_MS;
  const problems = calls
    .filter(({ at }) => at > silentFrom && at < until)
    .map(
      ({ at }) => `a call ${at - openedAt} ms after the breaker opened, which was to last longer`,
    );
  const probing = calls.filter(({ at }) => at >= until && at < closedAt).map(({ at }) => at);
  const crowd = probing.map((at) => probing.filter((other) => other >= at && other < at + callMs));
  const worst = crowd.reduce((most, { length }) => Math.max(most, length), 0);
  if (worst > probes) problems.push(`${worst} probes at once where ${probes} are allowed`);
  return problems;
}

const SHARE = 3;

/**
 * No stampede, by the times at which parked messages are due: in the window after the breaker closed no slice of it has
 * more than three times the mean.
 */
export function noStampede(
  due: readonly { readonly at: number }[],
  { closedAt, sliceMs, slices }: { closedAt: number; sliceMs: number; slices: number },
): string[] {
  const counts = Array.from({ length: slices }, (_none, slice) => {
    const from = closedAt + slice * sliceMs;
    return due.filter(({ at }) => at >= from && at < from + sliceMs).length;
  });
  const mean = counts.reduce((sum, count) => sum + count, 0) / slices;
  const most = Math.max(...counts);
  return most > SHARE * mean
    ? [`${most} messages in one of ${slices} slices, the mean is ${mean}: [${counts.join(", ")}]`]
    : [];
}
