import { beforeEach, describe, expect, it } from "vitest";
import {
  createIdempotency,
  type Idempotency,
  isFree,
  type Lease,
} from "../../../../shared/patterns/idempotency.ts";
import { fakeClock } from "../../../support/fakeClock.ts";
import { createMemoryScopeStore, type FoundScope } from "../../../support/memoryScopeStore.ts";

const LEASE_MS = 60_000;

let scope: ReturnType<typeof createMemoryScopeStore>;
let clock: ReturnType<typeof fakeClock>;
let idempotency: Idempotency<number, string, string, FoundScope>;

beforeEach(() => {
  scope = createMemoryScopeStore();
  clock = fakeClock();
  idempotency = createIdempotency({ store: scope.store, clock, leaseMs: LEASE_MS });
});

const request = { scope: "s", key: "a", state: 0, work: "begin", attempt: 0 };

function present(): FoundScope {
  const found = scope.current();
  if (found === undefined) throw new Error("nobody has claimed the scope yet");
  return found;
}

/** What a worker that has just read the scope asks for. */
const known = () => {
  const { row, version } = present();
  return { ...row, version };
};

async function claim(overrides: Partial<Parameters<typeof idempotency.claim>[0]> = {}) {
  const claimed = await idempotency.claim({ ...request, ...overrides });
  if (claimed.outcome !== "claimed") throw new Error("the scope was not new");
  return claimed.claim;
}

describe("a lease", () => {
  const lease = (expiresAt: number): Lease<string> => ({
    key: "a",
    expiresAt,
    attempt: 0,
    touchedAt: 0,
    work: "",
  });

  it("is free for its own key from the millisecond it expires", () => {
    expect([99, 100, 101].map((now) => isFree(lease(100), "a", now))).toEqual([false, true, true]);
  });

  it("is never free for another key", () => {
    expect([99, 100, 1e15].map((now) => isFree(lease(100), "b", now))).toEqual([
      false,
      false,
      false,
    ]);
  });

  it("is free for anyone when nobody holds it", () => {
    expect(isFree(undefined, "b", 0)).toBe(true);
  });
});

describe("a claim", () => {
  it("holds the scope for its key until the lease expires", async () => {
    await claim();

    expect(present().row.lease).toEqual({
      key: "a",
      expiresAt: clock.now() + LEASE_MS,
      touchedAt: clock.now(),
      attempt: 0,
      work: "begin",
    });
    await expect(claim({ ...known() })).rejects.toMatchObject({ code: "scope-busy" });
  });

  it("on a scope believed to be new tells what is there", async () => {
    await claim();

    expect(await idempotency.claim(request)).toEqual({
      outcome: "exists",
      found: present(),
    });
  });

  it("ends its key with state and outcome, and frees the scope for others", async () => {
    const { end } = await claim();

    await end(1, "done");
    await claim({ key: "b", ...known() });

    expect(scope.outcomes).toEqual(["done"]);
    expect(present().row).toMatchObject({ state: 1, lease: { key: "b" } });
  });

  it("that suspends lets its own key go on at once, and no other ever", async () => {
    const { suspend } = await claim();
    expect(await suspend(1, "half", 3)).toBe(true);
    clock.advance(1e9);

    await expect(claim({ ...known(), key: "b" })).rejects.toMatchObject({ code: "scope-busy" });
    await claim({ ...known() });

    expect(present().row.lease?.work).toBe("begin");
  });

  it("keeps work and failed attempts when it suspends", async () => {
    const { suspend } = await claim();

    expect(await suspend(1, "half", 3)).toBe(true);

    expect(present().row).toEqual({
      state: 1,
      lease: { key: "a", expiresAt: 0, attempt: 3, touchedAt: expect.any(Number), work: "half" },
    });
  });

  it("of a paused worker that was taken over ends nothing and suspends nothing", async () => {
    const paused = await claim();
    clock.advance(LEASE_MS);
    const second = await claim({ ...known(), work: "again" });

    await expect(paused.end(9, "late")).rejects.toMatchObject({ code: "lease-lost" });
    expect(await paused.suspend(9, "late", 9)).toBe(false);
    await second.end(1, "done");
    await paused.suspend(9, "late", 9);

    expect(present().row).toEqual({ state: 1 });
    expect(scope.outcomes).toEqual(["done"]);
  });

  it("goes to one of two that saw the same expired lease", async () => {
    await claim();
    clock.advance(LEASE_MS);
    const seen = known();

    const claims = await Promise.allSettled([claim({ ...seen }), claim({ ...seen })]);

    expect(claims.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
  });
});
