import type { Clock } from "../../shared/patterns/clock.ts";

export type FakeClock = Clock & {
  /** Moves time forward and wakes every sleeper whose time has come. */
  readonly advance: (ms: number) => void;
};

/** A clock that only moves when told to. */
export function fakeClock(start = 1_731_924_800_000): FakeClock {
  let now = start;
  const sleepers = new Set<{ readonly at: number; readonly wake: () => void }>();
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const sleeper = { at: now + ms, wake: resolve };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", () => {
          sleepers.delete(sleeper);
          reject(signal.reason as Error);
        });
      }),
    advance(ms) {
      now += ms;
      for (const sleeper of sleepers) {
        if (sleeper.at > now) continue;
        sleepers.delete(sleeper);
        sleeper.wake();
      }
    },
  };
}
