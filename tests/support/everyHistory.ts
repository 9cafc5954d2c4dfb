import * as fc from "fast-check";
import { expect } from "vitest";

/** HISTORIES=100000 plays more of them, HISTORIES_SEED=1 the very same ones again. */
const HISTORIES = Number(process.env["HISTORIES"] ?? 10_000);
const SEED = Number(process.env["HISTORIES_SEED"] ?? Date.now());

/** The time limit of a test that takes seconds on a quiet machine and may take its time on a busy one. */
export const unhurried = { timeout: 120_000 };

/**
 * Holds a property to ten thousand random histories, and prints their seed beside the test's name. One whose histories
 * are dear says how many times as much as a usual one each costs, and plays so many times fewer.
 */
export async function everyHistory<History>(
  property: fc.IRawProperty<History>,
  { cost = 1 }: { readonly cost?: number } = {},
): Promise<void> {
  const numRuns = Math.ceil(HISTORIES / cost);
  const { currentTestName } = expect.getState();
  process.stdout.write(`${currentTestName}: ${numRuns} histories, seed ${SEED}\n`);

  const played = await fc.check(property, { numRuns, seed: SEED });

  if (played.failed) {
    const report = await fc.asyncDefaultReportMessage(played);
    throw new Error(report, { cause: played.errorInstance });
  }
  expect(played.numRuns).toBe(numRuns);
}
