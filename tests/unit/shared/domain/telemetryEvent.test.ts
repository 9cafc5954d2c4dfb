import { expect, it } from "vitest";
import { TelemetryEvent } from "../../../../shared/domain/telemetryEvent.ts";
import { ExactNumber } from "../../../../shared/exactNumber.ts";

const reading = {
  schema: 1,
  metric: "orders.reserved",
  key: "short",
  value: 1,
  at: 1_790_000_000_000,
};

it.each([
  [1, "1"],
  [-2.5, "-2.5"],
  ["1249.5000", "1249.5000"],
  [new ExactNumber("1249.50"), "1249.50"],
])("takes the value %j as decimal text", (value, text) => {
  expect(TelemetryEvent.parse({ ...reading, value }).value).toBe(text);
});

it.each([
  [1e21],
  [1e-9],
  ["1e400"],
  [new ExactNumber("1e400")],
  ["NaN"],
  [""],
  ["1.0000000000001"],
  [Number.NaN],
  [null],
  [true],
])("refuses the value %j", (value) => {
  const result = TelemetryEvent.safeParse({ ...reading, value });

  expect(result.error?.issues[0]?.path).toEqual(["value"]);
});

it("drops members of a newer sender", () => {
  expect(TelemetryEvent.parse({ ...reading, unit: "EUR" })).not.toHaveProperty("unit");
});

it.each([
  ["schema", 2],
  ["metric", ""],
  ["key", "k".repeat(201)],
  ["at", -1],
  ["at", 1.5],
])("refuses %s %j", (member, value) => {
  expect(TelemetryEvent.safeParse({ ...reading, [member]: value }).success).toBe(false);
});
