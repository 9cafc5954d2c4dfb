import * as fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Hold, holdLease } from "../../../../../local/host/storage/lease.ts";
import { memoryLease } from "./memoryLease.ts";

const LEASE_MS = 15_000;
const POLL_MS = 5_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const untilOver = (...signals: AbortSignal[]) =>
  new Promise<void>((resolve) => {
    const over = AbortSignal.any(signals);
    if (over.aborted) resolve();
    over.addEventListener("abort", () => resolve());
  });

/** A process that holds the lease whenever it can. */
function holder(port = memoryLease(Date.now, LEASE_MS), now = Date.now) {
  const stopping = new AbortController();
  const errors: string[] = [];
  const holds: Hold[] = [];
  const ended = holdLease(
    {
      port,
      leaseMs: LEASE_MS,
      pollMs: POLL_MS,
      now,
      signal: stopping.signal,
      onHeld: () => {},
      onError: (error) => void errors.push((error as Error).message),
    },
    async (hold) => {
      holds.push(hold);
      await untilOver(hold.lost, stopping.signal);
    },
  );
  const isSure = () => holds.at(-1)?.lost.aborted === false && holds.at(-1)?.isSure() === true;
  return { port, errors, holds, isSure, stop: () => stopping.abort(), ended };
}

test("a lease that is renewed is kept for as long as one likes", async () => {
  const one = holder();

  await vi.advanceTimersByTimeAsync(10 * LEASE_MS);

  expect(one.holds).toHaveLength(1);
  expect(one.isSure()).toBe(true);
});

test("a holder whose lease cannot be renewed stops before another may have it", async () => {
  const one = holder();
  await vi.advanceTimersByTimeAsync(1);
  one.port.cut();

  await vi.advanceTimersByTimeAsync(LEASE_MS - 1);

  expect(one.holds[0]?.lost.aborted).toBe(true);
  expect(one.errors).toContain("the lease is lost");
});

test("a process that slept through its lease is sure of nothing when it wakes", async () => {
  let slept = 0;
  const one = holder(undefined, () => Date.now() + slept);
  await vi.advanceTimersByTimeAsync(1);

  slept = LEASE_MS;

  expect(one.holds[0]?.isSure()).toBe(false);
});

test("stopping releases the lease at once for the next", async () => {
  const port = memoryLease(Date.now, LEASE_MS);
  const one = holder(port);
  await vi.advanceTimersByTimeAsync(1);

  one.stop();
  await vi.advanceTimersByTimeAsync(1);

  expect(await port.acquire()).toBe("2");
});

test("work that fails is begun again after a pause", async () => {
  const stopping = new AbortController();
  const errors: unknown[] = [];
  let begun = 0;
  void holdLease(
    {
      port: memoryLease(Date.now, LEASE_MS),
      leaseMs: LEASE_MS,
      pollMs: POLL_MS,
      now: Date.now,
      signal: stopping.signal,
      onHeld: () => {},
      onError: (error) => void errors.push(error),
    },
    async () => {
      begun += 1;
      throw new Error("on purpose");
    },
  );

  await vi.advanceTimersByTimeAsync(2 * POLL_MS);

  expect(begun).toBe(3);
  expect(errors).toHaveLength(3);
});

test("whatever is cut and whenever, two are never sure at once and the lease finds a holder again", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ afterMs: fc.integer({ min: 0, max: 12_000 }), cut: fc.boolean() }), {
        maxLength: 5,
      }),
      async (steps) => {
        const port = memoryLease(Date.now, LEASE_MS);
        const holders = [holder(port), holder(port), holder(port)];
        for (const { afterMs, cut } of steps) {
          if (cut) port.cut();
          for (let passed = 0; passed < afterMs; passed += 1_000) {
            await vi.advanceTimersByTimeAsync(Math.min(1_000, afterMs - passed));
            expect(holders.filter(({ isSure }) => isSure()).length).toBeLessThanOrEqual(1);
          }
        }
        await vi.advanceTimersByTimeAsync(2 * LEASE_MS + POLL_MS);
        expect(holders.filter(({ isSure }) => isSure())).toHaveLength(1);
        for (const { stop } of holders) stop();
        await vi.advanceTimersByTimeAsync(LEASE_MS);
        await Promise.all(holders.map(({ ended }) => ended));
      },
    ),
    { numRuns: 12 },
  );
});
