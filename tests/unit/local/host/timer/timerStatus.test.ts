import { expect, test } from "vitest";
import { parseSchedule } from "../../../../../local/host/timer/schedule.ts";
import {
  parseStatusJson,
  resume,
  toStatusJson,
} from "../../../../../local/host/timer/timerStatus.ts";

const at = (time: string) => Date.parse(`2026-11-23T${time}Z`);
const everyHour = parseSchedule("0 0 * * * *");

test("a timer without a status begins with its next occurrence", () => {
  expect(resume(undefined, everyHour, at("10:30:00"))).toEqual({
    status: { last: undefined, next: at("11:00:00"), lastUpdated: at("10:30:00") },
    isPastDue: false,
  });
});

test.each([
  ["before its next occurrence", "10:59:59", false],
  ["at it", "11:00:00", false],
  ["after it", "11:00:01", true],
])("taken up %s it is past due: %s", (_case, now, isPastDue) => {
  const stored = { last: at("10:00:00"), next: at("11:00:00"), lastUpdated: at("10:00:00") };

  expect(resume(stored, everyHour, at(now))).toEqual({ status: stored, isPastDue });
});

test("a timer that has never run is past due as well", () => {
  const stored = { last: undefined, next: at("11:00:00"), lastUpdated: at("10:30:00") };

  expect(resume(stored, everyHour, at("12:30:00"))?.isPastDue).toBe(true);
});

test("another schedule's status is given up", () => {
  const stored = { last: at("10:00:00"), next: at("10:05:00"), lastUpdated: at("10:00:00") };

  expect(resume(stored, everyHour, at("12:30:00"))).toMatchObject({
    status: { last: undefined, next: at("13:00:00") },
    isPastDue: false,
  });
});

test.each([undefined, at("10:00:00")])("is read as it was written (last %j)", (last) => {
  const status = { last, next: at("11:00:00"), lastUpdated: at("10:00:00") };

  expect(parseStatusJson(JSON.stringify(toStatusJson(status)))).toEqual(status);
});

test.each(["", "nonsense", "{}", '{"Last":"x","Next":"y","LastUpdated":"z"}', "[1]"])(
  "%j is no status",
  (text) => {
    expect(parseStatusJson(text)).toBeUndefined();
  },
);
