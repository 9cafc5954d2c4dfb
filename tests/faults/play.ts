import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { randomFrom } from "../support/randomFrom.ts";
import { type Arena, forget } from "./arena.ts";
import { collect } from "./collect.ts";
import { drained } from "./drained.ts";
import { logLines } from "./oracle/logLines.ts";
import { noLoss } from "./oracle/noLoss.ts";
import { oneEffect } from "./oracle/oneEffect.ts";
import { sameAnswer } from "./oracle/sameAnswer.ts";
import { createOrders } from "./orders.ts";
import type { Row } from "./row.ts";

export type Outcome = {
  readonly row: string;
  readonly seed: number;
  readonly ms: number;
  /** What did not hold; empty when everything did. */
  readonly problems: readonly string[];
  readonly skipped?: string;
};

/** One file a failed run. */
const LOGS = join(import.meta.dirname, "..", "..", ".local", "faults");

const DRAIN_WITHIN_MS = 30_000;

/** One row with one seed: fault under load, faults over, drained, judged. Never rejects. */
export async function play(arena: Arena, row: Row, seed: number): Promise<Outcome> {
  const skipped = row.skip?.();
  if (skipped !== undefined) return { row: row.name, seed, ms: 0, problems: [], skipped };
  const startedAt = performance.now();
  const problems = await run(arena, row, seed).catch((error: unknown) => [describe(error)]);
  return { row: row.name, seed, ms: Math.round(performance.now() - startedAt), problems };
}

async function run(arena: Arena, row: Row, seed: number): Promise<string[]> {
  const random = randomFrom(seed);
  await arena.fleet.shape({ hosts: row.hosts ?? 1, settings: row.settings ?? {} });
  await forget(arena);
  const logFrom = arena.log.length;
  const orders = createOrders(arena, random);
  const between = (least: number, most: number) =>
    least + Math.floor(random() * (most - least + 1));
  let broken: string[];
  try {
    broken = [...(await row.run({ ...arena, orders, random, between }))];
  } catch (error) {
    broken = [describe(error)];
  }
  await arena.heal();
  const left = await drained(arena, row.drainWithinMs ?? DRAIN_WITHIN_MS);
  const evidence = await collect(arena, orders, { left, logFrom });
  if (left.length > 0) await arena.clear();
  const problems = [
    ...broken,
    ...orders.problems,
    ...noLoss(evidence, row.deadLetters),
    ...oneEffect(evidence),
    ...sameAnswer(evidence),
    ...logLines(evidence),
  ];
  if (problems.length > 0) keepLog(`${row.name}-${seed}`, arena.log.slice(logFrom));
  return problems;
}

/** What the processes said in a run that failed, for who looks for the reason. */
function keepLog(name: string, lines: Arena["log"]): void {
  mkdirSync(LOGS, { recursive: true });
  const text = lines.map(({ process, line }) => `${process.padEnd(10)} ${line}\n`).join("");
  writeFileSync(join(LOGS, `${name}.log`), text);
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : "";
  return `${error.message}${cause}`;
}
