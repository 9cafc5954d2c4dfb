import { setImmediate } from "node:timers/promises";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { ParkError, RetryableError, TerminalError } from "../../../../shared/errors.ts";
import type { Breaker } from "../../../../shared/patterns/circuitBreaker.ts";
import { createFleetBreakers } from "../../../../shared/patterns/fleetBreakers.ts";
import { everyHistory, unhurried } from "../../../support/everyHistory.ts";
import { createMemoryBreakerStore } from "../../../support/memoryBreakerStore.ts";

const limits = { failures: 2, openMs: 5_000, maxOpenMs: 60_000, probes: 2, probeMs: 7_000 };
const VIEW_MS = 1_000;
const INSTANCES = 3;

type End = "up" | "down" | "refused";
const anEnd = fc.constantFrom<End>("down", "down", "down", "up", "refused");
const aStep = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("call" as const),
      instance: fc.nat(INSTANCES - 1),
      end: fc.option(anEnd),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("end" as const), call: fc.nat(3), end: anEnd }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("pass" as const),
      ms: fc.constantFrom(100, 600, VIEW_MS, limits.probeMs, limits.openMs),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("lose a write" as const) }),
  },
);

type Call = {
  readonly at: number;
  /** How often the breaker had closed before. */
  readonly closings: number;
  readonly isProbe: boolean;
  over: boolean;
};

/** Instances that share rows and nothing else, and somebody who writes down what the rows said and who called when. */
function aFleet() {
  const rows = createMemoryBreakerStore();
  const world = { now: 100_000, lost: 0, failures: 0 };
  const journal: { readonly at: number; readonly breaker: Breaker }[] = [
    { at: 0, breaker: { state: "closed", round: 0 } },
  ];
  const wrong: string[] = [];
  const calls: Call[] = [];
  const pending: { readonly call: Call; readonly end: (end: End) => void }[] = [];
  let ids = 0;

  const fleet = Array.from({ length: INSTANCES }, () =>
    createFleetBreakers({
      store: {
        readAll: rows.readAll,
        async write(name, breaker, version) {
          if (world.lost > 0) {
            world.lost--;
            throw new Error("unreachable");
          }
          const written = await rows.write(name, breaker, version);
          if (written !== undefined) journal.push({ at: world.now, breaker });
          return written;
        },
      },
      clock: { now: () => world.now, sleep: () => new Promise(() => undefined) },
      newId: () => String(++ids),
      limits,
      isOutage: (error) => error instanceof RetryableError,
    }),
  );

  const wasClosedLately = () =>
    journal.some(({ breaker }, index) => {
      const until = journal[index + 1]?.at ?? Number.POSITIVE_INFINITY;
      return breaker.state === "closed" && until > world.now - VIEW_MS;
    });
  const begun = (): Call => {
    const { breaker } = journal.at(-1) as (typeof journal)[number];
    const closings = journal.filter(({ breaker: { state } }) => state === "closed").length;
    const call = { at: world.now, closings, isProbe: !wasClosedLately(), over: false };
    calls.push(call);
    const rivals = calls.filter(
      ({ at, closings, isProbe, over }) =>
        isProbe && !over && closings === call.closings && at > world.now - limits.probeMs,
    );
    if (call.isProbe && breaker.state !== "half-open") wrong.push(`called while ${breaker.state}`);
    if (rivals.length > limits.probes) wrong.push("too many probes");
    return call;
  };
  const judge = (call: Call, end: End): string => {
    call.over = true;
    if (end === "up") return end;
    if (end === "refused") throw new TerminalError("warehouse-refused", "no");
    world.failures++;
    throw new RetryableError("warehouse", "down");
  };
  const call = async (instance: number, end: End | null): Promise<string> => {
    let answer = "under way";
    const made = () => {
      const call = begun();
      if (end !== null) return Promise.resolve().then(() => judge(call, end));
      return new Promise<End>((resolve) => pending.push({ call, end: resolve })).then((end) =>
        judge(call, end),
      );
    };
    const told = fleet[instance]?.run("warehouse", made);
    void told?.then(
      () => (answer = "up"),
      (error: unknown) => (answer = error instanceof ParkError ? error.code : "failed"),
    );
    await setImmediate();
    return answer;
  };
  return Object.assign(world, { wrong, journal, pending, call });
}

it(
  "keeps a system that is down from all calls but its probes, and comes back, whatever happened before",
  unhurried,
  () =>
    everyHistory(
      fc.asyncProperty(fc.array(aStep, { maxLength: 24, size: "max" }), async (steps) => {
        const fleet = aFleet();
        const { wrong, journal, pending, call } = fleet;
        for (const step of steps) {
          if (step.do === "pass") fleet.now += step.ms;
          else if (step.do === "lose a write") fleet.lost = 1;
          else if (step.do === "call") await call(step.instance, step.end);
          else {
            for (const { end } of pending.splice(step.call, 1)) end(step.end);
            await setImmediate();
          }
        }
        const openings = journal.slice(1).map(({ breaker }, index) => {
          if (breaker.state !== "open") return 0;
          return journal[index]?.breaker.state === "closed" ? limits.failures : 1;
        });
        const needed = openings.reduce((sum, failures) => sum + failures, 0);

        fleet.lost = 0;
        fleet.now += limits.openMs + limits.probeMs;
        const healed = [await call(0, "up"), await call(0, "up")];
        for (let failure = 0; failure < limits.failures; failure++) await call(0, "down");
        fleet.now += VIEW_MS;
        const others = [await call(0, "up"), await call(1, "up"), await call(2, "up")];

        expect(wrong).toEqual([]);
        expect(fleet.failures).toBeGreaterThanOrEqual(needed);
        expect(healed).toEqual(["up", "up"]);
        expect(others).toEqual(["breaker-open", "breaker-open", "breaker-open"]);
      }),
    ),
);
