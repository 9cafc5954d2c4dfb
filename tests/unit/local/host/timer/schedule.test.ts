import { expect, test } from "vitest";
import { parseSchedule } from "../../../../../local/host/timer/schedule.ts";

const start = "2026-11-23T10:00:00.000Z"; // a Monday

test.each([
  ["0 */5 * * * *", "2026-11-23T10:05:00.000Z"],
  ["*/15 * * * * *", "2026-11-23T10:00:15.000Z"],
  ["*/10 * * * *", "2026-11-23T10:10:00.000Z"],
  ["0 30 9 * * Mon-Fri", "2026-11-24T09:30:00.000Z"],
  ["0 0 0 1 Jan *", "2027-01-01T00:00:00.000Z"],
  ["00:00:30", "2026-11-23T10:00:30.000Z"],
])("%s comes next at %s", (text, expected) => {
  const next = parseSchedule(text).next(Date.parse(start));

  expect(new Date(next ?? 0).toISOString()).toBe(expected);
});

test("day of month and day of week must both fit", () => {
  const next = parseSchedule("0 0 0 13 * Fri").next(Date.parse(start));

  expect(new Date(next ?? 0).toISOString()).toBe("2027-08-13T00:00:00.000Z");
});

test("hours are those of the time zone", () => {
  const next = parseSchedule("0 0 12 * * *", "Europe/Berlin").next(Date.parse(start));

  expect(new Date(next ?? 0).toISOString()).toBe("2026-11-23T11:00:00.000Z");
});

test.each(["", "every minute", "0 * * *", "0 0 0 L * *", "60 * * * * *", "0 0 0 * * Mon#2"])(
  "'%s' is refused by name",
  (text) => {
    expect(() => parseSchedule(text)).toThrow(`The schedule expression '${text}'`);
  },
);
