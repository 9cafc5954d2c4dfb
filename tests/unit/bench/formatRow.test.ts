import { expect, test } from "vitest";
import { formatRow } from "../../../bench/formatRow.ts";

const row = { name: "Queue", value: 4_123.4, unit: "messages/s" };

test("a figure alone is printed with its unit", () => {
  expect(formatRow(row)).toBe("Queue: 4,123 messages/s");
});

test("a small figure keeps its decimals", () => {
  expect(formatRow({ ...row, value: 0.1234, unit: "ms" })).toBe("Queue: 0.12 ms");
});

test("a ratio names its peer and the peer's own figure", () => {
  expect(formatRow({ ...row, ratio: 0.557, peer: { name: "bare pair", value: 7_400 } })).toBe(
    "Queue: 4,123 messages/s, 0.557 × bare pair (7,400)",
  );
});

test("a promise that is kept says so", () => {
  const bound = { of: "value", is: "below", limit: 5_000 } as const;

  expect(formatRow({ ...row, bound })).toBe(
    "Queue: 4,123 messages/s; promised under 5,000 messages/s: held",
  );
});

test("a promise that may be used up says so", () => {
  const bound = { of: "value", is: "atMost", limit: 2 } as const;

  expect(formatRow({ name: "Order", value: 2, unit: "calls", bound })).toBe(
    "Order: 2 calls; promised at most 2 calls: held",
  );
});

test("a promise that is missed by less than is usually printed still shows by how much", () => {
  const bound = { of: "ratio", is: "atLeast", limit: 0.55 } as const;

  const printed = formatRow({ ...row, ratio: 0.547, peer: { name: "pair", value: 7_400 }, bound });

  expect(printed).toContain("0.547 × pair (7,400); promised at least 0.55 ×: MISSED");
});
