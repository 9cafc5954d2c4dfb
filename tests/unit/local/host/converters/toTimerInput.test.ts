import { expect, test } from "vitest";
import { toTimerInput } from "../../../../../local/host/converters/toTimerInput.ts";

test("a schedule that is not monitored has no status", () => {
  expect(JSON.parse(toTimerInput(undefined, true).json ?? "")).toEqual({
    Schedule: { AdjustForDST: true },
    ScheduleStatus: null,
    IsPastDue: true,
  });
});

test("a timer that has never run has .NET's first instant as its last", () => {
  const next = Date.UTC(2026, 10, 23, 10);

  const { json = "" } = toTimerInput({ last: undefined, next, lastUpdated: next - 1 }, false);

  expect(JSON.parse(json)).toMatchObject({
    ScheduleStatus: {
      Last: "0001-01-01T00:00:00+00:00",
      Next: "2026-11-23T10:00:00.000+00:00",
      LastUpdated: "2026-11-23T09:59:59.999+00:00",
    },
  });
});
