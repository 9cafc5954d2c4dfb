import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createGuard } from "../../../../shared/patterns/guard.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const fails = () => Promise.reject(new Error("down"));

it("ends a call that hangs at its limit and tells it so", async () => {
  const guard = createGuard({ timeoutMs: 250 });
  let aborted = false;
  const call = guard((signal) => {
    signal.addEventListener("abort", () => (aborted = true));
    return new Promise(() => undefined);
  });
  const outcome = call.catch((error: unknown) => String(error));

  await vi.advanceTimersByTimeAsync(250);

  expect(await outcome).toMatch("timed out");
  expect(aborted).toBe(true);
});

it("refuses at once after failures in a row, until a probe gets through", async () => {
  const guard = createGuard({ timeoutMs: 250, failuresToOpen: 2, probeAfterMs: 1_000 });
  const calls = vi.fn<() => Promise<string>>(async () => "ok");
  await expect(guard(fails)).rejects.toThrow("down");
  await expect(guard(fails)).rejects.toThrow("down");

  await expect(guard(calls)).rejects.toThrow(/broken|open/i);
  expect(calls).not.toHaveBeenCalled();

  await vi.advanceTimersByTimeAsync(1_000);
  await expect(guard(calls)).resolves.toBe("ok");
  await expect(guard(calls)).resolves.toBe("ok");
});

it("does not count an error that is no outage", async () => {
  const guard = createGuard({ timeoutMs: 250, failuresToOpen: 1, isOutage: () => false });
  await expect(guard(fails)).rejects.toThrow("down");

  await expect(guard(async () => "ok")).resolves.toBe("ok");
});

it("takes a limit for one call", async () => {
  const guard = createGuard({ timeoutMs: 250 });
  const call = guard(() => new Promise(() => undefined), { timeoutMs: 800 });
  let outcome = "pending";
  call.catch((error: unknown) => (outcome = String(error)));

  await vi.advanceTimersByTimeAsync(799);
  expect(outcome).toBe("pending");

  await vi.advanceTimersByTimeAsync(1);
  expect(outcome).toMatch("timed out");
});
