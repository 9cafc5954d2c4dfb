import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createAlarm } from "../../../../local/serviceBus/alarm.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it("an alarm tells of a ring that fails, and rings again", () => {
  const log: string[] = [];
  let rings = 0;
  const alarm = createAlarm({
    now: Date.now,
    ring: () => {
      rings += 1;
      if (rings === 1) throw new TypeError("a message that nobody expected");
      return undefined;
    },
    log: (event) => void log.push(event),
  });

  alarm.set(Date.now() + 10);
  vi.advanceTimersByTime(10);
  expect([rings, log]).toEqual([1, ["what was due failed"]]);
  vi.advanceTimersByTime(1_000);

  expect(rings).toBe(2);
  expect(vi.getTimerCount()).toBe(0);
});
