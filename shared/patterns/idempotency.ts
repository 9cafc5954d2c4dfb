import { ParkError } from "../errors.ts";
import type { Clock } from "./clock.ts";

/** The key at work on a scope. It stays until the key has ended: only the same key may take it over, once expired. */
export type Lease<Work> = {
  readonly key: string;
  /** Epoch ms; 0 when its holder gave up and the key waits to come again. */
  readonly expiresAt: number;
  /** Number of the last attempt that failed; 0 before any. */
  readonly attempt: number;
  /** When its holder last wrote it, epoch ms. */
  readonly touchedAt: number;
  /** What the key set out to do and how far it came. */
  readonly work: Work;
};

/** What the store keeps of one scope: its state, and the key at work on it. */
export type ScopeRow<State, Work> = {
  readonly state: State;
  readonly lease?: Lease<Work> | undefined;
};

/**
 * Compare-and-swap over one row a scope. A write whose answer was lost is recognised as ours by the token it left in
 * the row. Both reject when the store cannot be reached.
 */
export type ScopeStore<Row, Outcome, Found> = {
  /** The new row's version, or what is known of scope and key where another writer has made the row. */
  readonly create: (
    scope: string,
    row: Row,
    key: string,
  ) => Promise<{ readonly version: string } | { readonly found: Found }>;
  /** Row and outcome in one transaction. Undefined when another writer came between. */
  readonly replace: (
    scope: string,
    row: Row,
    version: string,
    outcome?: Outcome,
  ) => Promise<string | undefined>;
};

export type ClaimRequest<State, Work> = ScopeRow<State, Work> & {
  readonly scope: string;
  readonly key: string;
  readonly work: Work;
  readonly attempt: number;
  /** Version of the row that the work was decided on; absent when the scope is believed to be new. */
  readonly version?: string | undefined;
};

/** The right to end this key. Neither call overwrites a writer that took over meanwhile. */
export type Claim<State, Work, Outcome> = {
  /** New state and the key's outcome, at once, and the scope is free. Throws ParkError `lease-lost`. */
  readonly end: (state: State, outcome: Outcome) => Promise<void>;
  /** Keeps how far the work came and lets the same key, and no other, go on at once. */
  readonly suspend: (state: State, work: Work, attempt: number) => Promise<void>;
};

export type Claimed<State, Work, Outcome, Found> =
  | { readonly outcome: "claimed"; readonly claim: Claim<State, Work, Outcome> }
  /** The scope is not new after all: decide again on what was found. */
  | { readonly outcome: "exists"; readonly found: Found };

export type Idempotency<State, Work, Outcome, Found> = {
  /** Throws ParkError `scope-busy` while another key, or this one elsewhere, is at work. */
  readonly claim: (
    request: ClaimRequest<State, Work>,
  ) => Promise<Claimed<State, Work, Outcome, Found>>;
};

/** Whether this key may start or go on: nobody is at work, or the key itself was and its time is over. */
export function isFree(lease: Lease<unknown> | undefined, key: string, now: number): boolean {
  return lease === undefined || (lease.key === key && lease.expiresAt <= now);
}

/**
 * One key at a time on a scope, and each key's outcome recorded once: a worker that lost its lease can neither end
 * nor suspend the key. It does not stop such a worker's outgoing calls: those need keys of their own. Two writes a key.
 */
export function createIdempotency<State, Work, Outcome, Found>({
  store,
  clock,
  leaseMs,
}: {
  readonly store: ScopeStore<ScopeRow<State, Work>, Outcome, Found>;
  readonly clock: Pick<Clock, "now">;
  readonly leaseMs: number;
}): Idempotency<State, Work, Outcome, Found> {
  const claimOf = (scope: string, key: string, version: string): Claim<State, Work, Outcome> => ({
    async end(state, outcome) {
      const ended = await store.replace(scope, { state }, version, outcome);
      if (ended === undefined) {
        throw new ParkError("lease-lost", `another worker took over ${key}`);
      }
    },
    async suspend(state, work, attempt) {
      const lease = { key, expiresAt: 0, attempt, touchedAt: clock.now(), work };
      await store.replace(scope, { state, lease }, version);
    },
  });

  return {
    async claim({ scope, key, state, work, attempt, lease: held, version: known }) {
      const now = clock.now();
      if (!isFree(held, key, now)) throw busy(scope);
      const lease = { key, expiresAt: now + leaseMs, attempt, touchedAt: now, work };
      const row = { state, lease };
      if (known === undefined) {
        const created = await store.create(scope, row, key);
        return "found" in created
          ? { outcome: "exists", found: created.found }
          : { outcome: "claimed", claim: claimOf(scope, key, created.version) };
      }
      const version = await store.replace(scope, row, known);
      if (version === undefined) throw busy(scope);
      return { outcome: "claimed", claim: claimOf(scope, key, version) };
    },
  };
}

function busy(scope: string): ParkError {
  return new ParkError("scope-busy", `another key is at work on ${scope}`);
}
