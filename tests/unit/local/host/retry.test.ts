import { expect, test } from "vitest";
import type { RetryOptions } from "../../../../local/host/functionsCore.ts";
import { retryDelayMs, withRetry } from "../../../../local/host/retry.ts";

const fixed: RetryOptions = {
  retryStrategy: "fixedDelay",
  maxRetryCount: 2,
  delayInterval: { seconds: 5 },
};

function ports(waits: number[], signal = new AbortController().signal) {
  const wait = async (ms: number) => void waits.push(ms);
  return { random: () => 0.5, signal, wait };
}

test("a failing function is run again with its retry context until its retries are used up", async () => {
  const waits: number[] = [];
  const contexts: unknown[] = [];

  const outcome = await withRetry(fixed, ports(waits), async (context) => {
    contexts.push(context);
    throw new Error("on purpose");
  });

  const exception = { message: "on purpose", source: "" };
  expect(outcome).toBe("failed");
  expect(waits).toEqual([5_000, 5_000]);
  expect(contexts).toEqual([
    undefined,
    { retryCount: 1, maxRetryCount: 2, exception },
    { retryCount: 2, maxRetryCount: 2, exception },
  ]);
});

test("without retry options a failure is final", async () => {
  const outcome = await withRetry(undefined, ports([]), async () => {
    throw new Error("on purpose");
  });

  expect(outcome).toBe("failed");
});

test("a maximum of -1 retries for ever, until the host stops", async () => {
  const stopping = new AbortController();
  let attempts = 0;

  const outcome = await withRetry(
    { ...fixed, maxRetryCount: -1 },
    ports([], stopping.signal),
    async () => {
      attempts += 1;
      if (attempts === 50) stopping.abort();
      throw new Error("on purpose");
    },
  );

  expect([outcome, attempts]).toEqual(["stopped", 50]);
});

test("an exponential backoff doubles from its minimum to its maximum", () => {
  const options: RetryOptions = {
    retryStrategy: "exponentialBackoff",
    maxRetryCount: 5,
    minimumInterval: { seconds: 4 },
    maximumInterval: { seconds: 10 },
  };

  const delays = [0, 1, 2, 3].map((count) => retryDelayMs(options, count, () => 0.5));

  expect(delays).toEqual([4_000, 5_000, 7_000, 10_000]);
});
