import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { HostedFunction, TimerTrigger } from "../../../../../local/host/functions.ts";
import type { RetryOptions } from "../../../../../local/host/functionsCore.ts";
import type { Invoke } from "../../../../../local/host/invoke.ts";
import { parseSchedule } from "../../../../../local/host/timer/schedule.ts";
import { startTimerListener } from "../../../../../local/host/timer/timerListener.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-11-23T10:00:00.000Z") });
});
afterEach(() => {
  vi.useRealTimers();
});

const done: Invoke = async () => ({ hasResult: false });

function start(
  text: string,
  trigger: Partial<TimerTrigger> = {},
  invoke: Invoke = done,
  retryOptions?: RetryOptions,
) {
  const inputs: { at: string; status: unknown; retry: number | undefined }[] = [];
  const fn: HostedFunction<TimerTrigger> = {
    name: "tick",
    bindingName: "timer",
    metadata: { name: "tick", bindings: {}, retryOptions },
    callback: () => undefined,
    trigger: { type: "timer", schedule: text, runOnStartup: false, useMonitor: true, ...trigger },
  };
  const listener = startTimerListener({
    fn,
    schedule: parseSchedule(text),
    invoke: async (hosted, invocation) => {
      const input = JSON.parse(invocation.input.json ?? "") as { ScheduleStatus: unknown };
      const at = new Date().toISOString().slice(11, 19);
      inputs.push({ at, status: input.ScheduleStatus, retry: invocation.retryContext?.retryCount });
      return invoke(hosted, invocation);
    },
    now: Date.now,
    random: () => 0.5,
  });
  return { listener, inputs, times: () => inputs.map(({ at }) => at) };
}

test("runs at each occurrence until it is paused", async () => {
  const { listener, times } = start("*/20 * * * * *");

  await vi.advanceTimersByTimeAsync(60_000);
  await listener.pause();
  await vi.advanceTimersByTimeAsync(60_000);

  expect(times()).toEqual(["10:00:20", "10:00:40", "10:01:00"]);
});

test("runs at start-up when asked to", async () => {
  const { times } = start("0 0 * * * *", { runOnStartup: true });

  await vi.advanceTimersByTimeAsync(0);

  expect(times()).toEqual(["10:00:00"]);
});

test("never runs beside itself: what falls into a run is passed over", async () => {
  const slow: Invoke = async () => {
    await new Promise((resolve) => setTimeout(resolve, 25_000));
    return { hasResult: false };
  };
  const { times } = start("*/10 * * * * *", {}, slow);

  await vi.advanceTimersByTimeAsync(60_000);

  expect(times()).toEqual(["10:00:10", "10:00:40"]);
});

test("a schedule with a minute and more between runs has a status", async () => {
  const { inputs } = start("0 * * * * *");

  await vi.advanceTimersByTimeAsync(120_000);

  expect(inputs.map(({ status }) => status)).toMatchObject([
    { Last: "0001-01-01T00:00:00+00:00", Next: "2026-11-23T10:02:00.000+00:00" },
    { Last: "2026-11-23T10:01:00.000+00:00", Next: "2026-11-23T10:03:00.000+00:00" },
  ]);
});

test("a faster one has none", async () => {
  const { inputs } = start("*/30 * * * * *");

  await vi.advanceTimersByTimeAsync(30_000);

  expect(inputs).toMatchObject([{ status: null }]);
});

test("a failing run is retried as the function says", async () => {
  const failing: Invoke = async () => {
    throw new Error("on purpose");
  };
  const { inputs } = start("0 0 * * * *", { runOnStartup: true }, failing, {
    retryStrategy: "fixedDelay",
    maxRetryCount: 1,
    delayInterval: { seconds: 5 },
  });

  await vi.advanceTimersByTimeAsync(60_000);

  expect(inputs).toMatchObject([
    { at: "10:00:00", retry: undefined },
    { at: "10:00:05", retry: 1 },
  ]);
});

test("waits longer than a 32-bit timer can count", async () => {
  const { times } = start("0 0 0 1 Jan *");

  await vi.advanceTimersByTimeAsync(38 * 24 * 3_600_000);
  expect(times()).toEqual([]);
  await vi.advanceTimersByTimeAsync(15 * 3_600_000);

  expect(times()).toEqual(["00:00:00"]);
});
