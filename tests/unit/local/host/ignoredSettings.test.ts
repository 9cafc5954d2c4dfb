import { expect, test } from "vitest";
import { ignoredSettings } from "../../../../local/host/ignoredSettings.ts";

test("names what would have an effect elsewhere", () => {
  const hostJson = {
    concurrency: { dynamicConcurrencyEnabled: true },
    extensions: { serviceBus: { prefetchCount: 20, maxConcurrentCalls: 4 } },
  };

  expect(ignoredSettings(hostJson)).toEqual([
    "concurrency.dynamicConcurrencyEnabled",
    "extensions.serviceBus.prefetchCount",
  ]);
});

test.each([
  {},
  null,
  "text",
  { extensions: { serviceBus: { prefetchCount: 0, enableCrossEntityTransactions: false } } },
])("%j has none", (hostJson) => {
  expect(ignoredSettings(hostJson)).toEqual([]);
});
