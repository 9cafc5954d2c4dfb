import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { createBreakerTable } from "../../../shared/adapters/breakerTable.ts";
import type { Telemetry } from "../../../shared/domain/telemetryEvent.ts";
import { RetryableError } from "../../../shared/errors.ts";
import { systemClock } from "../../../shared/patterns/clock.ts";
import { createFleetBreakers } from "../../../shared/patterns/fleetBreakers.ts";
import { createBreakers } from "../../../shared/services/breakers.ts";
import { createReadHealth } from "../../../shared/services/health.ts";
import { fakeClock } from "../../support/fakeClock.ts";
import { useOrderTable } from "./useOrderTable.ts";

const { table, proxy, connection } = useOrderTable();

const limits = { failures: 3, openMs: 1_500, maxOpenMs: 60_000, probes: 2, probeMs: 10_000 };

/** One of several hosts: all that it shares with the others is the table. */
const anInstance = () =>
  createFleetBreakers({
    store: createBreakerTable({ table: table(), newId: randomUUID }),
    clock: systemClock,
    newId: randomUUID,
    limits,
    isOutage: (error) => error instanceof RetryableError,
  });

type Instance = ReturnType<typeof anInstance>;

const down = () => Promise.reject(new RetryableError("target", "down"));
const up = async () => "answer";

async function comesThrough({ run }: Instance, target: string, call: () => Promise<unknown> = up) {
  const error = await run(target, call).then(
    () => undefined,
    (error: unknown) => error as Error,
  );
  return error?.name !== "ParkError";
}

async function open(instance: Instance, target: string) {
  for (let failure = 0; failure < limits.failures; failure++) {
    await comesThrough(instance, target, down);
  }
}

describe("two instances whose only link is the table", () => {
  it("stop calling within a second of each other, and start again together", async () => {
    const [one, other] = [anInstance(), anInstance()];
    const target = randomUUID();
    expect(await comesThrough(other, target)).toBe(true);

    await open(one, target);
    const openedAt = Date.now();
    while (await comesThrough(other, target)) await sleep(20);
    const stoppedAfterMs = Date.now() - openedAt;
    await sleep(limits.openMs - stoppedAfterMs);

    expect(stoppedAfterMs).toBeLessThan(1_000 + 150); // the last read itself takes its time
    expect(other.states()[target]).toBe("open");
    expect(await comesThrough(other, target)).toBe(true);
    await sleep(1_000);
    expect(await comesThrough(one, target)).toBe(true);
    expect(one.states()[target]).toBe("closed");
  });

  it("let no more probes through together than one alone would", async () => {
    const instances = [anInstance(), anInstance(), anInstance()];
    const target = randomUUID();
    await open(instances[0] as Instance, target);
    await sleep(limits.openMs);
    let underWay = 0;
    let most = 0;
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    const probe = async () => {
      most = Math.max(most, ++underWay);
      await answered;
      underWay--;
    };

    const calls = Array.from({ length: 12 }, (_, index) =>
      comesThrough(instances[index % instances.length] as Instance, target, probe),
    );
    const refused = Promise.all(calls).then((all) => all.filter((through) => !through).length);
    await expect.poll(() => most).toBe(limits.probes);
    answer();

    expect(await refused).toBe(calls.length - limits.probes);
    expect(most).toBe(limits.probes);
  });
});

describe("the breakers of the app", () => {
  /** Two instances, and what they report between them. */
  function twoInstances() {
    const readings: unknown[] = [];
    const clock = fakeClock();
    const config = {
      tables: connection(),
      BREAKER_FAILURES: 1,
      BREAKER_OPEN_MS: 5_000,
      BREAKER_PROBES: 1,
      TARGET_TIMEOUT_MS: 10_000,
    };
    const emit: Telemetry["emit"] = async ({ metric, key, value }) =>
      void readings.push([metric, key, value]);
    const instance = () =>
      createBreakers({ config, clock, newId: randomUUID, telemetry: { emit } });
    return { one: instance(), other: instance(), clock, readings };
  }

  it("report each change of state as a metric, once for the whole fleet, and show it in the health", async () => {
    const { one, other, clock, readings } = twoInstances();
    const target = `target-${randomUUID()}`;
    const healthOf = ({ states }: Instance) =>
      createReadHealth({ telemetryDropped: () => 0, breakers: states })().breakers[target];

    await comesThrough(one, target, down);
    await comesThrough(other, target);
    const shown = [healthOf(one), healthOf(other)];
    clock.advance(5_000);
    await comesThrough(other, target);
    await comesThrough(one, target);

    expect(shown).toEqual(["open", "open"]);
    expect(readings).toEqual([
      [`breaker.${target}`, "open", 1],
      [`breaker.${target}`, "half-open", 1],
      [`breaker.${target}`, "closed", 1],
    ]);
    expect(healthOf(other)).toBe("closed");
  });
});

describe("the table of the breakers", () => {
  it("is read at most once a second, whatever the number of calls and systems", async () => {
    const instance = anInstance();
    const before = proxy().requests.length;
    const startedAt = Date.now();

    while (Date.now() - startedAt < 1_500) {
      await comesThrough(instance, "never-down");
      await comesThrough(instance, "never-down-either");
      await sleep(5);
    }

    expect(proxy().requests.slice(before)).toEqual(["GET", "GET"]);
  });

  it.each(["lose-answer", "repeat"] as const)(
    "shows a change whose answer was lost (%s)",
    async (fault) => {
      const [one, other] = [anInstance(), anInstance()];
      const target = randomUUID();
      await comesThrough(one, target);
      proxy().inject("POST", fault);

      await open(one, target);

      expect(await comesThrough(one, target)).toBe(false);
      expect(await comesThrough(other, target)).toBe(false);
    },
  );
});
