import type { ServiceBusReceivedMessage, ServiceBusReceiver } from "@azure/service-bus";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { keepLocked } from "../../../../../local/host/serviceBus/keepLocked.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

const LOCK_MS = 60_000;

function held(maxMs: number, renew: () => Promise<void> = async () => {}) {
  const renewedAt: number[] = [];
  const lines: string[] = [];
  const message = { lockedUntilUtc: new Date(LOCK_MS) } as ServiceBusReceivedMessage;
  const receiver = {
    renewMessageLock: async () => {
      renewedAt.push(Date.now() / 1_000);
      await renew();
      message.lockedUntilUtc = new Date(Date.now() + LOCK_MS);
    },
  } as unknown as ServiceBusReceiver;
  const letGo = keepLocked(receiver, message, {
    maxMs,
    now: Date.now,
    log: (_level, _category, text) => void lines.push(text),
    category: "f",
  });
  return { renewedAt, lines, letGo };
}

test("renews in time, again and again, until the longest time is over", async () => {
  const { renewedAt } = held(120_000);

  await vi.advanceTimersByTimeAsync(300_000);

  expect(renewedAt).toEqual([50, 100]);
});

test("ends when the function has ended", async () => {
  const { renewedAt, letGo } = held(300_000);
  await vi.advanceTimersByTimeAsync(60_000);

  letGo();
  await vi.advanceTimersByTimeAsync(300_000);

  expect(renewedAt).toEqual([50]);
});

test("gives up with one line when the lock is lost", async () => {
  const { renewedAt, lines } = held(300_000, () =>
    Promise.reject(Object.assign(new Error("lost"), { code: "MessageLockLost" })),
  );

  await vi.advanceTimersByTimeAsync(300_000);

  expect(renewedAt).toEqual([50]);
  expect(lines).toEqual(["a message's lock could not be renewed: Error"]);
});

test("tries again each second while the lock lasts, and goes on once the broker is back", async () => {
  let isUp = false;
  const { renewedAt, lines } = held(120_000, async () => {
    if (!isUp) throw new Error("connection lost");
  });
  await vi.advanceTimersByTimeAsync(52_500);
  isUp = true;

  await vi.advanceTimersByTimeAsync(300_000);

  expect(renewedAt).toEqual([50, 51, 52, 53, 103]);
  expect(lines).toHaveLength(1);
});

test("stops trying when the lock is over", async () => {
  const { renewedAt } = held(300_000, () => Promise.reject(new Error("connection lost")));

  await vi.advanceTimersByTimeAsync(300_000);

  expect(renewedAt.at(0)).toBe(50);
  expect(renewedAt.at(-1)).toBeLessThan(60);
});
