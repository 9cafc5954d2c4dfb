import { describe, expect, test } from "vitest";
import { holds, median, type Row } from "../../../bench/row.ts";

const row: Row = { name: "a figure", value: 100, unit: "ms" };

describe("a promise", () => {
  test("of nothing is neither held nor missed", () => {
    expect(holds(row)).toBeUndefined();
  });

  test.each([
    { limit: 101, held: true },
    { limit: 100, held: false },
  ])("to stay below $limit is held: $held", ({ limit, held }) => {
    expect(holds({ ...row, bound: { of: "value", is: "below", limit } })).toBe(held);
  });

  test.each([
    { limit: 100, held: true },
    { limit: 99, held: false },
  ])("to be $limit at most is held: $held", ({ limit, held }) => {
    expect(holds({ ...row, bound: { of: "value", is: "atMost", limit } })).toBe(held);
  });

  test.each([
    { ratio: 0.55, held: true },
    { ratio: 0.549, held: false },
  ])("to reach 0.55 of the peer is held at $ratio: $held", ({ ratio, held }) => {
    const bound = { of: "ratio", is: "atLeast", limit: 0.55 } as const;

    expect(holds({ ...row, ratio, bound })).toBe(held);
  });

  test("about a figure that could not be measured is missed", () => {
    const unmeasured = { ...row, value: Number.NaN };

    expect(holds({ ...unmeasured, bound: { of: "value", is: "below", limit: 1 } })).toBe(false);
    expect(holds({ ...row, bound: { of: "ratio", is: "atLeast", limit: 1 } })).toBe(false);
  });
});

test("the median is not moved by one wild round", () => {
  expect(median([10, 9_000, 11, 9, 12])).toBe(11);
});
