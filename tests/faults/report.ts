import type { Outcome } from "./play.ts";
import type { Row } from "./row.ts";

const SHOWN_PROBLEMS = 8;

/** One run on one line, and what did not hold below it with the way to see it again. */
export function outcomeLine({ row, seed, ms, problems, skipped }: Outcome): string {
  if (skipped !== undefined) return `${row} ${seed} skipped: ${skipped}`;
  if (problems.length === 0) return `${row} ${seed} ok ${ms}`;
  const rest = problems.length - SHOWN_PROBLEMS;
  return [
    `${row} ${seed} FAILED ${ms}`,
    ...problems.slice(0, SHOWN_PROBLEMS).map((problem) => `  ${problem}`),
    ...(rest > 0 ? [`  … and ${rest} more`] : []),
    `  again: npm run test:faults -- --row ${row} --seed ${seed}`,
  ].join("\n");
}

/** A line a row: what was injected, and how many of its seeds held. */
export function table(rows: readonly Row[], outcomes: readonly Outcome[]): string[] {
  const width = Math.max(...rows.map(({ name }) => name.length));
  return rows.map(({ name, fault }) => {
    const runs = outcomes.filter(({ row, skipped }) => row === name && skipped === undefined);
    const held = runs.filter(({ problems }) => problems.length === 0).length;
    const seconds = runs.reduce((sum, { ms }) => sum + ms, 0) / 1_000;
    const score = runs.length === 0 ? "skipped" : `${held}/${runs.length}`;
    return `${name.padEnd(width)}  ${score.padStart(7)}  ${seconds.toFixed(1).padStart(6)} s  ${fault}`;
  });
}

/** The plain last line, by which a script can tell. */
export function closing(outcomes: readonly Outcome[]): string[] {
  const runs = outcomes.filter(({ skipped }) => skipped === undefined);
  const failed = runs.filter(({ problems }) => problems.length > 0).length;
  return [`${runs.length - failed} passed, ${failed} failed`];
}
