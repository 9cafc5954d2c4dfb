import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { holdBack } from "../../../../../local/host/serviceBus/holdBack.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

async function heldMs(deliveryCounts: number[], mostMs = 30_000): Promise<number> {
  const began = Date.now();
  const messages = deliveryCounts.map((deliveryCount) => ({ deliveryCount }));
  const held = holdBack(messages, mostMs, new AbortController().signal).then(
    () => Date.now() - began,
  );
  await vi.runAllTimersAsync();
  return held;
}

test.each([
  [[0], 1_000],
  [[1], 2_000],
  [[4], 16_000],
  [[5], 30_000],
  [[4_000_000_000], 30_000],
  [[7, 1, 3], 2_000],
])("dead letters delivered %j times before wait %i ms", async (counts, ms) => {
  expect(await heldMs(counts)).toBe(ms);
});

test("waits no longer than their locks last", async () => {
  expect(await heldMs([9], 4_000)).toBe(4_000);
});

test("ends with the host's stop", async () => {
  const stopping = new AbortController();
  const held = holdBack([{ deliveryCount: 9 }], 30_000, stopping.signal);

  stopping.abort();

  await expect(held).resolves.toBeUndefined();
});
