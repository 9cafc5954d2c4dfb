import { expect, test } from "vitest";
import { createTally } from "../../../../shared/patterns/tally.ts";
import { fakeClock } from "../../../support/fakeClock.ts";

function aTally() {
  const clock = fakeClock();
  const told: [string, number][] = [];
  const count = createTally({
    everyMs: 5_000,
    clock,
    tell: (name, sum) => void told.push([name, sum]),
  });
  const pass = async (ms: number) => {
    clock.advance(ms);
    await Promise.resolve();
  };
  return { count, told, pass };
}

test("sums are told some time after the first count, and nothing before", async () => {
  const { count, told, pass } = aTally();

  for (const name of ["a", "b", "a"]) count(name);
  await pass(4_999);
  expect(told).toEqual([]);
  await pass(1);

  expect(told).toEqual([
    ["a", 2],
    ["b", 1],
  ]);
});

test("each count is told once, and an idle time tells nothing", async () => {
  const { count, told, pass } = aTally();

  count("a");
  await pass(5_000);
  await pass(5_000);
  count("a");
  await pass(5_000);

  expect(told).toEqual([
    ["a", 1],
    ["a", 1],
  ]);
});
