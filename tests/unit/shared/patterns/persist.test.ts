import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createPersistence } from "../../../../shared/patterns/persist.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("repeats the work until it succeeds", async () => {
  const persist = createPersistence({ budgetMs: 240_000 });
  let attempts = 0;

  const result = persist(async () => {
    if (++attempts < 8) throw new Error("down");
    return "durable";
  });
  await vi.runAllTimersAsync();

  expect(await result).toBe("durable");
  expect(attempts).toBe(8);
});

it("gives up with the last error once its budget is used up", async () => {
  const persist = createPersistence({ budgetMs: 60_000, maxDelayMs: 10_000 });
  let attempts = 0;
  const started = Date.now();

  const outcome = persist(() => Promise.reject(new Error(`down ${++attempts}`))).catch(String);
  await vi.runAllTimersAsync();

  expect(await outcome).toBe(`Error: down ${attempts}`);
  expect(attempts).toBeGreaterThan(5);
  expect(Date.now() - started).toBeLessThanOrEqual(70_000);
});
