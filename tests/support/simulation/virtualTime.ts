import { setImmediate } from "node:timers/promises";
import type { Clock } from "../../../shared/patterns/clock.ts";

export type VirtualTime = Clock & {
  /** Goes on until nothing waits any more, or until `limit` (epoch ms); one sleeper wakes at a time. */
  readonly run: (limit: number) => Promise<void>;
};

type Sleeper = { readonly at: number; readonly number: number; readonly wake: () => void };

/** Time that jumps from one sleeper to the next: half an hour takes as long as what happens in it. */
export function createVirtualTime(start: number): VirtualTime {
  let now = start;
  let number = 0;
  const sleepers: Sleeper[] = []; // a binary heap, the next one first

  const isBefore = (one: Sleeper, other: Sleeper) =>
    one.at < other.at || (one.at === other.at && one.number < other.number);

  const swap = (a: number, b: number) => {
    [sleepers[a], sleepers[b]] = [sleepers[b] as Sleeper, sleepers[a] as Sleeper];
  };
  const precedes = (a: number, b: number) => {
    const [one, other] = [sleepers[a], sleepers[b]];
    return one !== undefined && other !== undefined && isBefore(one, other);
  };

  const push = (sleeper: Sleeper) => {
    let index = sleepers.push(sleeper) - 1;
    for (let parent = (index - 1) >> 1; index > 0 && precedes(index, parent); ) {
      swap(index, parent);
      index = parent;
      parent = (index - 1) >> 1;
    }
  };

  const pop = (): Sleeper | undefined => {
    const first = sleepers[0];
    const last = sleepers.pop();
    if (last === undefined || first === last) return first;
    sleepers[0] = last;
    for (let index = 0; ; ) {
      const left = 2 * index + 1;
      const child = precedes(left + 1, left) ? left + 1 : left;
      if (!precedes(child, index)) return first;
      swap(child, index);
      index = child;
    }
  };

  return {
    now: () => now,
    sleep: (ms) =>
      new Promise((wake) => push({ at: now + Math.max(0, ms), number: number++, wake })),
    async run(limit) {
      for (;;) {
        await setImmediate(); // everything that can go on without time passing has gone on
        const next = pop();
        if (next === undefined || next.at > limit) return;
        now = next.at;
        next.wake();
      }
    },
  };
}
