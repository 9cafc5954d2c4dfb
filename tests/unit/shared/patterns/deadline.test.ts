import { expect, it } from "vitest";
import { answerWithin } from "../../../../shared/patterns/deadline.ts";

/** Sleeps end when the test says so, or by their signal. */
function aManualClock() {
  const sleeping = new Set<{ ms: number; wake: () => void }>();
  return {
    sleeping,
    sleep: (ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        const sleep = { ms, wake: resolve };
        sleeping.add(sleep);
        signal?.addEventListener("abort", () => {
          sleeping.delete(sleep);
          reject(new Error("aborted"));
        });
      }),
  };
}

it("gives the work's result and stops waiting", async () => {
  const clock = aManualClock();

  const answer = await answerWithin(
    1_200,
    clock,
    async () => "work",
    () => "fallback",
  );

  expect(answer).toBe("work");
  expect(clock.sleeping.size).toBe(0);
});

it("gives the fallback once the time is over", async () => {
  const clock = aManualClock();
  const answer = answerWithin(
    1_200,
    clock,
    () => new Promise<string>(() => undefined),
    () => "fallback",
  );

  const [sleep] = clock.sleeping;
  sleep?.wake();

  expect(sleep?.ms).toBe(1_200);
  expect(await answer).toBe("fallback");
});

it("passes on an error that comes in time, and ignores one that comes late", async () => {
  const clock = aManualClock();
  const refused = answerWithin(
    1,
    clock,
    () => Promise.reject(new Error("refused")),
    () => "fallback",
  );
  await expect(refused).rejects.toThrow("refused");

  const late = Promise.withResolvers<string>();
  const answer = answerWithin(
    1,
    clock,
    () => late.promise,
    () => "fallback",
  );
  for (const sleep of clock.sleeping) sleep.wake();
  expect(await answer).toBe("fallback");
  late.reject(new Error("late"));
});

it("waits on while something else has to be waited for anyway", async () => {
  const clock = aManualClock();
  const meanwhile = Promise.withResolvers<void>();
  const work = Promise.withResolvers<string>();
  const answer = answerWithin(
    250,
    clock,
    () => work.promise,
    () => "fallback",
    meanwhile.promise,
  );

  for (const sleep of clock.sleeping) sleep.wake();
  work.resolve("late, but in time");

  expect(await answer).toBe("late, but in time");
  meanwhile.resolve();
});
