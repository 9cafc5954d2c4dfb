import { readOptions } from "../../local/options.ts";
import { startArena } from "./arena.ts";
import { mutate } from "./mutate.ts";
import { type Outcome, play } from "./play.ts";
import { closing, outcomeLine, table } from "./report.ts";
import { quickRows, rows } from "./rows.ts";

const print = (line: string) => void process.stdout.write(`${line}\n`);

/** `npm run test:faults`: every fault with every seed on real processes; exit code 1 if anything did not hold. */
async function main(): Promise<boolean> {
  const options = readOptions({
    row: { default: undefined, help: "one row, or several: a,b,c" },
    seed: { default: undefined, help: "one seed instead of several" },
    seeds: { default: 5, help: "how many seeds, from 1 on" },
    quick: { default: false, help: "the few rows that npm test has time for, one seed" },
    mutate: {
      default: false,
      help: "takes one safeguard out at a time and shows which rows notice",
    },
    mutation: { default: undefined, help: "with --mutate: this one only" },
    list: { default: false, help: "names the rows" },
  });
  if (options.list) {
    for (const { name, fault, holds } of rows) print(`${name}: ${fault} → ${holds}`);
    return true;
  }
  if (options.mutate) return await mutate({ print, only: options.mutation });
  const names =
    options.row?.split(",") ?? (options.quick ? quickRows : rows.map(({ name }) => name));
  const unknown = names.find((name) => !rows.some((row) => row.name === name));
  if (unknown !== undefined) throw new Error(`there is no row "${unknown}"; --list names them`);
  const chosen = rows.filter(({ name }) => names.includes(name));
  const seeds = seedsOf(options.seed, options.quick ? 1 : options.seeds);

  const outcomes: Outcome[] = [];
  const arena = await startArena();
  try {
    for (const row of chosen) {
      for (const seed of seeds) {
        const outcome = await play(arena, row, seed);
        outcomes.push(outcome);
        print(outcomeLine(outcome));
      }
    }
  } finally {
    await arena.stop();
  }
  for (const line of [...table(chosen, outcomes), ...closing(outcomes)]) print(line);
  return outcomes.every(({ problems }) => problems.length === 0);
}

function seedsOf(seed: string | undefined, count: number): number[] {
  if (seed === undefined) return Array.from({ length: count }, (_none, index) => index + 1);
  const number = Number(seed);
  if (!Number.isSafeInteger(number)) throw new Error(`--seed takes a whole number, not "${seed}"`);
  return [number];
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
