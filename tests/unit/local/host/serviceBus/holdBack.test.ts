import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createHoldBack } from "../../../../../local/host/serviceBus/holdBack.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Fails again and again; resolves with how long each message or batch is held back. */
function failing() {
  const holdBack = createHoldBack();
  const running = new AbortController();
  const fail = async (numbers: number[], mostMs = 30_000): Promise<number> => {
    const began = Date.now();
    const messages = numbers.map((number) => ({ sequenceNumber: number }));
    const held = holdBack.wait(messages, mostMs, running.signal).then(() => Date.now() - began);
    await vi.runAllTimersAsync();
    return held;
  };
  const forget = (number: number) => holdBack.forget([{ sequenceNumber: number }]);
  return { fail, forget, stop: () => running.abort() };
}

test("each failure of a message doubles its wait, up to half a minute", async () => {
  const { fail } = failing();
  const waits: number[] = [];
  for (let count = 0; count < 20; count += 1) waits.push(await fail([1]));

  expect(waits.slice(0, 7)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  expect(waits.at(-1)).toBe(30_000);
});

test("a batch waits as its newest message does", async () => {
  const { fail } = failing();
  await fail([1, 2]);
  await fail([1, 2]);

  expect(await fail([1, 2, 3])).toBe(1_000);
  expect(await fail([1, 2, 3])).toBe(2_000);
});

test("after a success a message's failures no longer count", async () => {
  const { fail, forget } = failing();
  await fail([1]);
  await fail([1]);

  forget(1);

  expect(await fail([1])).toBe(1_000);
});

test("waits no longer than the lock lasts", async () => {
  const { fail } = failing();

  expect(await fail([1], 400)).toBe(400);
});

test("ends with the host's stop", async () => {
  const { fail, stop } = failing();
  stop();

  expect(await fail([1])).toBe(0);
});

test("forgets the oldest failures first", async () => {
  const { fail } = failing();
  await fail([1]);
  await fail(Array.from({ length: 1_000 }, (_none, index) => index + 2));

  expect(await fail([1])).toBe(1_000);
  expect(await fail([1_001])).toBe(2_000);
});
