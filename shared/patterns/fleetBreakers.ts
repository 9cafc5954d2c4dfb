import {
  BrokenCircuitError,
  type CircuitBreakerPolicy,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
} from "cockatiel";
import { ParkError, RetryableError } from "../errors.ts";
import {
  admit,
  type Breaker,
  type BreakerLimits,
  closedBreaker,
  conclude,
  trip,
} from "./circuitBreaker.ts";
import type { Clock } from "./clock.ts";
import { answerWithin } from "./deadline.ts";

export type StoredBreaker = { readonly breaker: Breaker; readonly version: string };

/** Where the fleet's breakers lie, by name. Both reject when the store cannot be reached. */
export type BreakerStore = {
  readonly readAll: () => Promise<ReadonlyMap<string, StoredBreaker>>;
  /** The new version; undefined when another writer came between, or made the row. */
  readonly write: (
    name: string,
    breaker: Breaker,
    version: string | undefined,
  ) => Promise<string | undefined>;
};

export type FleetBreakersOptions = {
  readonly store: BreakerStore;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly limits: BreakerLimits & {
    /** Failures in a row, in one instance, that open a breaker. */
    readonly failures: number;
    /** How long a system is left alone at most when it asks for it (Retry-After). */
    readonly maxOpenMs: number;
  };
  /** Which errors say that the system is down; after any other it has answered. */
  readonly isOutage: (error: unknown) => boolean;
  readonly onChange?: (name: string, state: Breaker["state"]) => void;
};

export type FleetBreakers = {
  /** Makes the call. Throws ParkError `breaker-open` without it, or when it was a probe that failed. */
  readonly run: <T>(name: string, call: () => Promise<T>) => Promise<T>;
  /** As this instance last read them; a breaker that never opened has no row and is not named. */
  readonly states: () => Readonly<Record<string, Breaker["state"]>>;
};

/** A view is used for so long: what opens anywhere is open everywhere within that time, for one read in it. */
const VIEW_MS = 1_000;
/** What storing a change may take, however often others come between. */
const UPDATE_MS = 1_000;
const MAX_WRITES = 5;

type View = {
  readonly at: number;
  /** Undefined while the rows cannot be read. */
  readonly rows: Map<string, StoredBreaker> | undefined;
};

type Pass =
  | { readonly kind: "call"; readonly round: number }
  | { readonly kind: "probe"; readonly id: string; readonly round: number };

type Change = (breaker: Breaker) => Breaker | undefined;

/**
 * Circuit breakers whose state all instances share through a store: open in one is open in all within a second, and a
 * half-open one lets a bounded number of probes of the whole fleet through. Reads the store at most once a second, for
 * all of them together; writes once a change and twice a probe, and where another writer came between, reads and writes
 * again, four times at most. While the store is out of reach each instance has its own breakers.
 */
export function createFleetBreakers(options: FleetBreakersOptions): FleetBreakers {
  const { store, clock, newId, limits, isOutage, onChange } = options;
  let view: View | undefined;
  let reading: Promise<View> | undefined;
  const counters = new Map<
    string,
    { readonly round: number; readonly count: ConsecutiveBreaker }
  >();
  const own = new Map<string, CircuitBreakerPolicy>();

  const read = async (): Promise<View> => {
    const startedAt = clock.now();
    view = await store.readAll().then(
      (rows): View => ({ at: startedAt, rows: new Map(rows) }),
      (): View => ({ at: clock.now(), rows: undefined }),
    );
    return view;
  };
  const readNow = (): Promise<View> => {
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
  };
  const look = async (): Promise<View> =>
    view !== undefined && clock.now() - view.at < VIEW_MS ? view : await readNow();

  const replace = async (name: string, change: Change): Promise<Breaker | undefined> => {
    for (let writes = 0; writes < MAX_WRITES; writes++) {
      const { rows } = writes === 0 ? await look() : await readNow();
      if (rows === undefined) return undefined;
      const { breaker, version } = rows.get(name) ?? { breaker: closedBreaker, version: undefined };
      const next = change(breaker);
      if (next === undefined || next === breaker) return undefined;
      const stored = await store.write(name, next, version);
      if (stored === undefined) continue;
      view?.rows?.set(name, { breaker: next, version: stored });
      if (next.state !== breaker.state) onChange?.(name, next.state);
      return next;
    }
    return undefined;
  };

  /**
   * Stores what `change` makes of the breaker, as often as others come between; undefined when that is nothing, or not
   * known in time. It may be stored all the same then: a probe that nobody makes, until its slot expires.
   */
  const update = (name: string, change: Change): Promise<Breaker | undefined> =>
    answerWithin(
      UPDATE_MS,
      clock,
      () => replace(name, change),
      () => undefined,
    );

  const enter = async (name: string, breaker: Breaker): Promise<Pass | undefined> => {
    const id = newId();
    const now = clock.now();
    switch (admit(breaker, id, now, limits).admit) {
      case "call":
        return { kind: "call", round: breaker.round };
      case "none":
        return undefined;
      case "probe":
        break;
    }
    const granted = await update(name, (current) => {
      const admission = admit(current, id, clock.now(), limits);
      return admission.admit === "probe" ? admission.next : undefined;
    }).catch(() => undefined);
    return granted && { kind: "probe", id, round: granted.round };
  };

  /** `outage` is the error of a call that says that the system is down. */
  const leave = async (name: string, pass: Pass, outage?: unknown): Promise<void> => {
    const healthy = outage === undefined;
    const askedMs = Math.min(askedBy(outage) ?? 0, limits.maxOpenMs);
    const applied = { ...limits, openMs: Math.max(limits.openMs, askedMs) };
    if (pass.kind === "probe") {
      await update(name, (current) => conclude(current, pass, healthy, clock.now(), applied));
      return;
    }
    const { round } = pass;
    const known = counters.get(name);
    if (known !== undefined && known.round > round) return; // it began before the breaker last opened
    const counter =
      known?.round === round ? known : { round, count: new ConsecutiveBreaker(limits.failures) };
    counters.set(name, counter);
    if (healthy) counter.count.success();
    else if (counter.count.failure()) {
      await update(name, (current) => trip(current, round, clock.now(), applied));
    }
  };

  const ownOf = (name: string): CircuitBreakerPolicy => {
    const breaker =
      own.get(name) ??
      circuitBreaker(handleWhen(isOutage), {
        breaker: new ConsecutiveBreaker(limits.failures),
        halfOpenAfter: limits.openMs,
      });
    own.set(name, breaker);
    return breaker;
  };

  return {
    async run(name, call) {
      const { rows } = await look();
      if (rows === undefined) {
        return await ownOf(name)
          .execute(call)
          .catch((error: unknown) => {
            throw error instanceof BrokenCircuitError ? breakerOpen(name) : error;
          });
      }
      const pass = await enter(name, rows.get(name)?.breaker ?? closedBreaker);
      if (pass === undefined) throw breakerOpen(name);
      // A change that cannot be stored changes nothing about the call: the view will soon say that the store is away.
      const done = (outage?: unknown) => leave(name, pass, outage).catch(() => undefined);
      try {
        const answer = await call();
        await done();
        return answer;
      } catch (error) {
        const outage = isOutage(error);
        await done(outage ? error : undefined);
        // A probe's failure tells of the system, not of the message that happened to probe it.
        throw outage && pass.kind === "probe" ? breakerOpen(name, error) : error;
      }
    },

    states() {
      look().catch(() => undefined); // for the next time
      const known = view?.rows ?? new Map<string, StoredBreaker>();
      return Object.fromEntries([...known].map(([name, { breaker }]) => [name, breaker.state]));
    },
  };
}

function breakerOpen(name: string, cause?: unknown): ParkError {
  const details = { cause, afterMs: askedBy(cause) };
  return new ParkError("breaker-open", `${name} is left alone while it is down`, details);
}

/** For how long the system of a failed call asked to be left alone. */
function askedBy(error: unknown): number | undefined {
  return error instanceof RetryableError ? error.retryAfterMs : undefined;
}
