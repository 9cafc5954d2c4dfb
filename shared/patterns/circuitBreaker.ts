/** A call that may find out whether the system is back; its slot is free again once it has expired. */
export type Probe = { readonly id: string; readonly expiresAt: number };

/**
 * The breaker of one outside system, or of one kind of call to it, as a whole fleet shares it. `round` counts the times
 * it opened, so that what began before the last opening is told from what began after. Instants are epoch ms.
 */
export type Breaker =
  | { readonly state: "closed"; readonly round: number }
  | {
      readonly state: "open";
      readonly round: number;
      readonly until: number;
      /** Of earlier rounds and still under way: they keep their slots. */
      readonly probes: readonly Probe[];
    }
  | { readonly state: "half-open"; readonly round: number; readonly probes: readonly Probe[] };

export type BreakerLimits = {
  /** How long no call is made once it has opened. */
  readonly openMs: number;
  /** Probes under way at once, in the whole fleet. */
  readonly probes: number;
  /** After which a probe's holder counts as dead; above the time limit of a call. */
  readonly probeMs: number;
};

/** What a caller may do now. A probe counts only once `next` has been stored in place of what it was decided on. */
export type Admission =
  | { readonly admit: "call" }
  | { readonly admit: "probe"; readonly next: Breaker }
  | { readonly admit: "none" };

export const closedBreaker: Breaker = { state: "closed", round: 0 };

export function admit(
  breaker: Breaker,
  id: string,
  now: number,
  { probes: most, probeMs }: BreakerLimits,
): Admission {
  if (breaker.state === "closed") return { admit: "call" };
  if (breaker.state === "open" && now < breaker.until) return { admit: "none" };
  const held = breaker.probes.filter(isLive(now));
  if (held.length >= most) return { admit: "none" };
  const probes = [...held, { id, expiresAt: now + probeMs }];
  return { admit: "probe", next: { state: "half-open", round: breaker.round, probes } };
}

/** Opens a closed breaker, unless the failures are from before it last opened. */
export function trip(
  breaker: Breaker,
  round: number,
  now: number,
  { openMs }: BreakerLimits,
): Breaker {
  return breaker.state === "closed" && breaker.round === round
    ? { state: "open", round: round + 1, until: now + openMs, probes: [] }
    : breaker;
}

/**
 * What a probe found closes or re-opens the breaker, unless its slot has gone to another; when its round is over, it
 * gives its slot back and no more.
 */
export function conclude(
  breaker: Breaker,
  { id, round }: { readonly id: string; readonly round: number },
  healthy: boolean,
  now: number,
  { openMs }: BreakerLimits,
): Breaker {
  if (breaker.state === "closed") return breaker;
  const live = breaker.probes.filter(isLive(now));
  const probes = live.filter((probe) => probe.id !== id);
  if (probes.length === live.length) return breaker;
  if (breaker.state === "open" || breaker.round !== round) return { ...breaker, probes };
  return healthy
    ? { state: "closed", round }
    : { state: "open", round: round + 1, until: now + openMs, probes };
}

function isLive(now: number) {
  return ({ expiresAt }: Probe) => expiresAt > now;
}
