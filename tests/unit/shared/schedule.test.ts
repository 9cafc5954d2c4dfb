import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parseSchedule } from "../../../local/host/timer/schedule.ts";
import { Schedule } from "../../../shared/schedule.ts";

const takes = (text: string) => Schedule.safeParse(text).success;

test.each([
  "*/15 * * * * *",
  "0 30 3 * * *",
  "0 */5 * * *",
  "0 0 9-17/2 1,15 Jan-Mar mon-FRI",
  "00:00:30",
  "1.06:00",
])("takes %s", (text) => {
  expect(takes(text)).toBe(true);
});

test.each([
  "",
  "hourly",
  "0 * * *",
  "60 * * * * *",
  "0 0 24 * * *",
  "0 0 0 0 * *",
  "0 0 0 * 13 *",
  "0 0 0 * * 7",
  "0 0 0 L * *",
  "30-5 * * * * *",
  "0x1 * * * * *",
  "5/10 * * * * *",
  "*/0 * * * * *",
  "00:00:00",
  "24:00:00",
])("refuses '%s'", (text) => {
  expect(takes(text)).toBe(false);
});

test("what it takes, the local host takes", () => {
  const value = fc.oneof(
    fc.integer({ min: 0, max: 62 }).map(String),
    fc.constantFrom("*", "jan", "Dec", "sun", "sat", "L", "1e1", ""),
  );
  const range = fc.oneof(
    value,
    fc.tuple(value, value).map((ends) => ends.join("-")),
  );
  const stepped = fc.oneof(
    range,
    fc.tuple(range, value).map((parts) => parts.join("/")),
  );
  const field = fc.oneof(
    { weight: 3, arbitrary: fc.constant("*") },
    fc.array(stepped, { minLength: 1, maxLength: 2 }).map((items) => items.join(",")),
  );
  const cron = fc.array(field, { minLength: 4, maxLength: 7 }).map((fields) => fields.join(" "));
  const two = fc.integer({ min: 0, max: 70 }).map((part) => String(part).padStart(2, "0"));
  const span = fc.array(two, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(":"));

  fc.assert(
    fc.property(fc.oneof(cron, span), (text) => {
      fc.pre(takes(text));

      expect(() => parseSchedule(text)).not.toThrow();
    }),
    { numRuns: 500 },
  );
});
