import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { HostedFunction, TimerTrigger } from "../../../../../local/host/functions.ts";
import type { RetryOptions } from "../../../../../local/host/functionsCore.ts";
import type { Invoke } from "../../../../../local/host/invoke.ts";
import { parseSchedule } from "../../../../../local/host/timer/schedule.ts";
import { startTimerListener } from "../../../../../local/host/timer/timerListener.ts";
import type { TimerStatus } from "../../../../../local/host/timer/timerStatus.ts";
import { memoryLease } from "../storage/memoryLease.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-11-23T10:00:00.000Z") });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Two hosts of one app share these. */
function sharedFiles(stored?: TimerStatus, leaseMs = 15_000) {
  const files = { status: stored };
  return {
    files,
    leaseMs,
    lease: memoryLease(Date.now, leaseMs),
    status: {
      read: async () => files.status,
      write: async (status: TimerStatus) => {
        files.status = status;
      },
    },
  };
}

const done: Invoke = async () => ({ hasResult: false });

function start(
  text: string,
  trigger: Partial<TimerTrigger> = {},
  invoke: Invoke = done,
  retryOptions?: RetryOptions,
  { lease, leaseMs, status } = sharedFiles(),
) {
  const inputs: { at: string; status: unknown; late: boolean; retry: number | undefined }[] = [];
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
      const input = JSON.parse(invocation.input.json ?? "") as {
        ScheduleStatus: unknown;
        IsPastDue: boolean;
      };
      const at = new Date().toISOString().slice(11, 19);
      inputs.push({
        at,
        status: input.ScheduleStatus,
        late: input.IsPastDue,
        retry: invocation.retryContext?.retryCount,
      });
      return invoke(hosted, invocation);
    },
    now: Date.now,
    random: () => 0.5,
    lease,
    leaseMs,
    pollMs: 5_000,
    status,
    log: () => {},
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
    { Last: "0001-01-01T00:00:00+00:00", Next: "2026-11-23T10:01:00.000+00:00" },
    { Last: "2026-11-23T10:01:00.000+00:00", Next: "2026-11-23T10:02:00.000+00:00" },
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
  // A lease of days, so that the clock has little to do.
  const shared = sharedFiles(undefined, 4 * 24 * 3_600_000);
  const { times } = start("0 0 0 1 Jan *", {}, done, undefined, shared);

  await vi.advanceTimersByTimeAsync(38 * 24 * 3_600_000);
  expect(times()).toEqual([]);
  await vi.advanceTimersByTimeAsync(15 * 3_600_000);

  expect(times()).toEqual(["00:00:00"]);
});

test("what was missed while no host was up is made up for once, past due", async () => {
  const at = (time: string) => Date.parse(`2026-11-23T${time}Z`);
  const stored = { last: at("09:57:00"), next: at("09:58:00"), lastUpdated: at("09:57:00") };
  const shared = sharedFiles(stored);
  const { inputs } = start("0 * * * * *", {}, done, undefined, shared);

  await vi.advanceTimersByTimeAsync(60_000);

  expect(inputs).toMatchObject([
    { at: "10:00:00", late: true, status: { Next: "2026-11-23T09:58:00.000+00:00" } },
    { at: "10:01:00", late: false, status: { Next: "2026-11-23T10:01:00.000+00:00" } },
  ]);
  expect(shared.files.status).toEqual({
    last: at("10:01:00"),
    next: at("10:02:00"),
    lastUpdated: at("10:01:00"),
  });
});

test("a changed schedule makes up for nothing", async () => {
  const at = (time: string) => Date.parse(`2026-11-23T${time}Z`);
  const stored = { last: at("09:57:00"), next: at("09:58:00"), lastUpdated: at("09:57:00") };
  const { inputs } = start("30 * * * * *", {}, done, undefined, sharedFiles(stored));

  await vi.advanceTimersByTimeAsync(30_000);

  expect(inputs).toMatchObject([{ at: "10:00:30", late: false }]);
});

test("of two hosts one runs it; when that one is cut off the other follows within the lease and a poll", async () => {
  const shared = sharedFiles();
  let isCut = false;
  const orCut = async <T>(call: () => Promise<T>): Promise<T> => {
    if (isCut) throw new Error("not reachable");
    return call();
  };
  const { acquire, renew, release } = shared.lease;
  const lease: typeof shared.lease = {
    ...shared.lease,
    acquire: () => orCut(acquire),
    renew: (id) => orCut(() => renew(id)),
    release: (id) => orCut(() => release(id)),
  };
  const first = start("*/5 * * * * *", {}, done, undefined, { ...shared, lease });
  await vi.advanceTimersByTimeAsync(1);
  const second = start("*/5 * * * * *", {}, done, undefined, shared);

  await vi.advanceTimersByTimeAsync(15_999);
  isCut = true;
  await vi.advanceTimersByTimeAsync(24_000);

  expect(first.times().at(-1)).toBe("10:00:25");
  expect(second.times()).toEqual(["10:00:35", "10:00:40"]);
});

test("a host that stops hands the timer over when its run has ended", async () => {
  const shared = sharedFiles();
  const slow: Invoke = async () => {
    await new Promise((resolve) => setTimeout(resolve, 20_000));
    return { hasResult: false };
  };
  const first = start("*/10 * * * * *", {}, slow, undefined, shared);
  const second = start("*/10 * * * * *", {}, done, undefined, shared);

  await vi.advanceTimersByTimeAsync(10_000);
  await first.listener.pause();
  await vi.advanceTimersByTimeAsync(50_000);

  expect(first.times()).toEqual(["10:00:10"]);
  expect(second.times()).toEqual(["10:00:40", "10:00:50", "10:01:00"]);
});
