import { describe, expect, it } from "vitest";
import { RetryableError, TerminalError } from "../../../../shared/errors.ts";
import { parkMs } from "../../../../shared/patterns/backoff.ts";
import {
  type BreakerStore,
  createFleetBreakers,
} from "../../../../shared/patterns/fleetBreakers.ts";
import { fakeClock } from "../../../support/fakeClock.ts";
import { createMemoryBreakerStore } from "../../../support/memoryBreakerStore.ts";
import { randomFrom } from "../../../support/randomFrom.ts";

const limits = { failures: 3, openMs: 5_000, maxOpenMs: 60_000, probes: 2, probeMs: 15_000 };

function aFleet(given: Partial<BreakerStore> = {}) {
  const clock = fakeClock(1_000_000);
  const store = createMemoryBreakerStore();
  const changes: string[] = [];
  let ids = 0;
  const instance = () =>
    createFleetBreakers({
      store: { ...store, ...given },
      clock,
      newId: () => String(++ids),
      limits,
      isOutage: (error) => error instanceof RetryableError,
      onChange: (name, state) => changes.push(`${name} ${state}`),
    });
  return { clock, store, changes, one: instance(), other: instance() };
}

type Instance = ReturnType<typeof aFleet>["one"];

const down = () => Promise.reject(new RetryableError("warehouse", "down"));
const asksFor = (retryAfterMs: number) => () =>
  Promise.reject(new RetryableError("warehouse", "down", { retryAfterMs }));
const up = async () => "answer";
const refused = { name: "ParkError", code: "breaker-open" };

/** Whether a call is made, however it ends. */
async function tried({ run }: Instance, call: () => Promise<unknown> = up) {
  let outcome = "refused";
  const marked = () => {
    outcome = "called";
    return call();
  };
  await run("warehouse", marked).catch(() => undefined);
  return outcome;
}

async function open(instance: Instance) {
  for (let failure = 0; failure < limits.failures; failure++) await tried(instance, down);
}

/** A call that ends when it is told to. */
function aCall() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  return {
    call: () => promise,
    succeeds: () => resolve("answer"),
    fails: () => reject(new RetryableError("warehouse", "down")),
  };
}

describe("the breakers of a fleet", () => {
  it("open in every instance within a second when one has seen enough failures", async () => {
    const { one, other, clock } = aFleet();
    await tried(other);
    clock.advance(500);

    await open(one);

    await expect(one.run("warehouse", up)).rejects.toMatchObject(refused);
    clock.advance(500);
    await expect(other.run("warehouse", up)).rejects.toMatchObject(refused);
  });

  it("leave other systems alone", async () => {
    const { one } = aFleet();
    await open(one);

    expect(await one.run("inventory", up)).toBe("answer");
  });

  it("count failures in a row, and only of systems that did not answer", async () => {
    const { one } = aFleet();
    await tried(one, down);
    await tried(one, down);
    await tried(one, () => Promise.reject(new TerminalError("warehouse-refused", "no")));
    await tried(one, down);
    await tried(one, down);

    expect(await tried(one)).toBe("called");
  });

  it("do not count what began before they last opened", async () => {
    const { one, clock } = aFleet();
    const [healthy, failing] = [aCall(), aCall()];
    const stragglers = [tried(one, healthy.call), tried(one, failing.call)];
    await open(one);
    clock.advance(limits.openMs);
    await tried(one);
    await tried(one, down);
    await tried(one, down);

    healthy.succeeds();
    failing.fails();
    await Promise.all(stragglers);

    expect(one.states()).toEqual({ warehouse: "closed" });
    await tried(one, down);
    expect(await tried(one)).toBe("refused");
  });

  it("let a bounded number of probes of the whole fleet through", async () => {
    const { one, other, clock } = aFleet();
    await open(one);
    clock.advance(limits.openMs);
    const calls = [aCall(), aCall(), aCall(), aCall()];

    const outcomes = calls.map(({ call }, index) => tried(index % 2 === 0 ? one : other, call));
    await new Promise(setImmediate);
    for (const { succeeds } of calls) succeeds();

    expect((await Promise.all(outcomes)).toSorted()).toEqual([
      "called",
      "called",
      "refused",
      "refused",
    ]);
  });

  it("close everywhere when a probe succeeds, and open again when one fails", async () => {
    const { one, other, clock, changes } = aFleet();
    await open(one);
    clock.advance(limits.openMs);
    expect(await tried(other, down)).toBe("called");
    expect(await tried(other)).toBe("refused");
    clock.advance(limits.openMs);
    expect(await tried(one)).toBe("called");
    clock.advance(1_000);

    expect([await tried(one), await tried(other)]).toEqual(["called", "called"]);
    expect(changes).toEqual([
      "warehouse open",
      "warehouse half-open",
      "warehouse open",
      "warehouse half-open",
      "warehouse closed",
    ]);
  });

  it("spend no attempt of a message whose probe failed", async () => {
    const { one, clock } = aFleet();
    await open(one);
    clock.advance(limits.openMs);

    await expect(one.run("warehouse", down)).rejects.toMatchObject({
      ...refused,
      cause: { code: "warehouse" },
    });
  });

  it("stay open for as long as a probe is told to wait, and send its message away for as long", async () => {
    const { one, other, clock } = aFleet();
    await open(one);
    clock.advance(limits.openMs);
    await expect(one.run("warehouse", asksFor(20_000))).rejects.toMatchObject({
      ...refused,
      afterMs: 20_000,
    });

    clock.advance(19_999);
    expect(await tried(other)).toBe("refused");
    clock.advance(1);
    expect(await tried(other)).toBe("called");
  });

  it("open for as long as the failure that opens them is told to wait, up to a limit", async () => {
    const { one, clock } = aFleet();
    await tried(one, down);
    await tried(one, down);
    await tried(one, asksFor(limits.maxOpenMs + 1));

    clock.advance(limits.maxOpenMs - 1);
    expect(await tried(one)).toBe("refused");
    clock.advance(1);
    expect(await tried(one)).toBe("called");
  });

  it("free the slot of a probe whose holder died", async () => {
    const { one, other, clock } = aFleet();
    await open(one);
    clock.advance(limits.openMs);
    const never = () => new Promise<string>(() => undefined);
    void one.run("warehouse", never);
    void one.run("warehouse", never);
    await new Promise(setImmediate);
    clock.advance(limits.probeMs - 1);
    expect(await tried(other)).toBe("refused");
    clock.advance(1_000);

    expect(await tried(other)).toBe("called");
    expect(other.states()).toEqual({ warehouse: "closed" });
  });

  it("do not believe a probe of an earlier round", async () => {
    const { one, other, clock } = aFleet();
    await open(one);
    clock.advance(limits.openMs);
    const [early, late] = [aCall(), aCall()];
    const outcomes = [tried(one, early.call), tried(one, late.call)];
    await new Promise(setImmediate);
    early.fails();
    await outcomes[0];
    clock.advance(limits.openMs);
    const present = tried(other, () => new Promise(() => undefined));
    await new Promise(setImmediate);

    late.succeeds();
    await outcomes[1];

    expect(one.states()).toEqual({ warehouse: "half-open" });
    expect(await Promise.race([present, Promise.resolve("under way")])).toBe("under way");
  });

  it("do not believe a probe while they are open again", async () => {
    const { one, other, clock } = aFleet();
    await open(one);
    clock.advance(limits.openMs);
    const late = aCall();
    const outcome = tried(one, late.call);
    await new Promise(setImmediate);
    await tried(other, down);
    late.succeeds();
    await outcome;

    expect(other.states()).toEqual({ warehouse: "open" });
    clock.advance(1_000);
    expect(await tried(other)).toBe("refused");
  });

  it("are read at most once a second by an instance, and written only when they change", async () => {
    const { one, clock, store } = aFleet();
    for (let call = 0; call < 50; call++) {
      await Promise.all([tried(one), one.run("inventory", up)]);
      clock.advance(100);
    }

    expect(store.reads).toBe(5);
    expect(store.writes).toBe(0);
  });

  it("are read once more where another writer came between", async () => {
    const { one, other, store } = aFleet();
    await Promise.all([tried(one), tried(other)]);
    expect(store.reads).toBe(2);

    await open(one);
    await open(other);

    expect([store.reads, store.writes]).toEqual([3, 2]);
  });

  it("are read four times more at most, however often others come between", async () => {
    const { one, store } = aFleet({ write: async () => undefined });

    await open(one);

    expect(store.reads).toBe(1 + 4);
  });

  it("hold a call up for a second at most when they are slow to store", async () => {
    const { one, clock } = aFleet({ write: () => new Promise(() => undefined) });
    await tried(one, down);
    await tried(one, down);

    const call = one.run("warehouse", down);
    await new Promise(setImmediate);
    clock.advance(1_000);

    await expect(call).rejects.toMatchObject({ code: "warehouse" });
  });

  it("are each instance's own while the rows cannot be read", async () => {
    const { one, other, store, clock } = aFleet();
    store.down = true;

    await open(one);

    await expect(one.run("warehouse", up)).rejects.toMatchObject(refused);
    expect(await tried(other)).toBe("called");
    store.down = false;
    clock.advance(1_000);
    expect(await tried(one)).toBe("called");
  });

  it("pass a call's own error on when its failure cannot be stored", async () => {
    const { one, store } = aFleet();
    await tried(one);
    store.down = true;

    for (let failure = 0; failure < limits.failures; failure++) {
      await expect(one.run("warehouse", down)).rejects.toMatchObject({ code: "warehouse" });
    }
  });
});

describe("messages parked while a breaker is open", () => {
  const PARK_MS = 5_000;
  const SECONDS = 10;

  it.each([1, 2, 3, 4, 5])("do not come back in a crowd when it closes (seed %i)", async (seed) => {
    const random = randomFrom(seed);
    const closedAt = 60_000 + random() * PARK_MS;
    const arrivals = Array.from({ length: 5_000 }, () => {
      let at = 0; // all of them were met by the opening at once
      while (at < closedAt) at += parkMs(PARK_MS, random());
      return at;
    });

    const perSecond = Array.from({ length: SECONDS }, (_, second) =>
      arrivals.filter((at) => Math.floor((at - closedAt) / 1_000) === second),
    ).map(({ length }) => length);

    const mean = arrivals.length / SECONDS;
    expect(Math.max(...perSecond)).toBeLessThanOrEqual(3 * mean);
  });
});
