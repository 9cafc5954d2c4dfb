import { withinMs } from "../../withinMs.ts";
import { sleep } from "../sleep.ts";

/** What a lease is kept with: a blob's lease fits. All may reject while the storage is gone. */
export type LeasePort = {
  /** The lease's id, or undefined while somebody else has it. */
  readonly acquire: () => Promise<string | undefined>;
  /** False when the lease is another's by now. */
  readonly renew: (id: string) => Promise<boolean>;
  readonly release: (id: string) => Promise<void>;
};

/** A lease while it is held. */
export type Hold = {
  /** Aborts when it is lost. */
  readonly lost: AbortSignal;
  /** Whether it is surely still ours; a process that slept through its lease sees it here first. */
  readonly isSure: () => boolean;
};

export type HoldLeaseOptions = {
  readonly port: LeasePort;
  readonly leaseMs: number;
  /** Pause between two attempts to get the lease. */
  readonly pollMs: number;
  readonly now: () => number;
  /** Stops asking for the lease. What runs under it ends by itself. */
  readonly signal: AbortSignal;
  readonly onHeld: () => void;
  readonly onError: (error: unknown) => void;
};

/** A third of the lease between renewals leaves room for one that fails. */
const RENEWALS_PER_LEASE = 3;

/**
 * Runs the work while this process holds the lease, again whenever it gets it anew, until the signal
 * aborts. At any time at most one holder is sure of its lease. The work is awaited before the lease is
 * released or asked for again, so it never runs beside itself in one process; when a lease is lost, another
 * process may begin while the work that was under way still ends. Never rejects.
 */
export async function holdLease(
  options: HoldLeaseOptions,
  work: (hold: Hold) => Promise<void>,
): Promise<void> {
  const { port, leaseMs, pollMs, now, signal, onHeld, onError } = options;
  while (!signal.aborted) {
    try {
      const asked = now();
      const limitMs = leaseMs / RENEWALS_PER_LEASE;
      const id = await withinMs(limitMs, "acquiring a lease", port.acquire());
      if (id !== undefined) {
        onHeld();
        await workUnder({ id, since: asked }, options, work);
      }
    } catch (error) {
      onError(error);
    }
    await sleep(pollMs, signal);
  }
}

async function workUnder(
  { id, since }: { readonly id: string; readonly since: number },
  { port, leaseMs, now, onError }: HoldLeaseOptions,
  work: (hold: Hold) => Promise<void>,
): Promise<void> {
  const stepMs = leaseMs / RENEWALS_PER_LEASE;
  let sureUntil = since + leaseMs;
  const lost = new AbortController();
  const over = new AbortController();
  const hold = { lost: lost.signal, isSure: () => now() < sureUntil };
  const working = work(hold).finally(() => over.abort());
  working.catch(() => {}); // awaited below, after the renewals

  while (!lost.signal.aborted) {
    await sleep(stepMs, over.signal);
    if (over.signal.aborted) break;
    const asked = now();
    const isOurs = await withinMs(stepMs, "renewing a lease", port.renew(id)).catch(onError);
    if (isOurs === true) sureUntil = asked + leaseMs;
    else if (isOurs === false || now() + stepMs >= sureUntil) lost.abort();
  }
  if (lost.signal.aborted) onError(new Error("the lease is lost"));
  try {
    await working;
  } finally {
    await withinMs(stepMs, "releasing a lease", port.release(id));
  }
}
