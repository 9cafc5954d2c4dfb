import { startArena } from "./arena.ts";
import { buildMutant } from "./mutant.ts";
import { type Mutation, mutations } from "./mutations.ts";
import { play } from "./play.ts";
import { rows } from "./rows.ts";

type MutateOptions = {
  readonly print: (line: string) => void;
  /** Name of the one mutation to play. */
  readonly only?: string | undefined;
};

/** Takes out one safeguard at a time; true when every mutation turned at least one of its rows red. */
export async function mutate({ print, only }: MutateOptions): Promise<boolean> {
  const chosen = mutations.filter(({ name }) => only === undefined || name === only);
  if (chosen.length === 0) {
    const names = mutations.map(({ name }) => name).join(", ");
    throw new Error(`there is no mutation "${only}"; there are ${names}`);
  }
  let noticed = 0;
  for (const mutation of chosen) {
    const red = await redRows(mutation, print);
    if (red.length > 0) noticed += 1;
    const verdict = red.length > 0 ? `red: ${red.join(", ")}` : "NOT NOTICED";
    print(`without ${mutation.without} → ${verdict}`);
  }
  print(`${noticed} noticed, ${chosen.length - noticed} not noticed`);
  return noticed === chosen.length;
}

/** A row is played until it goes red, with so many seeds at most. */
async function redRows(mutation: Mutation, print: MutateOptions["print"]): Promise<string[]> {
  const arena = await startArena({ appDirectory: await buildMutant(mutation) });
  const red: string[] = [];
  try {
    for (const row of rows.filter(({ name }) => mutation.rows.includes(name))) {
      for (const seed of mutation.seeds) {
        const { problems, skipped } = await play(arena, row, seed);
        const verdict = skipped ?? problems[0] ?? "held";
        print(`  ${mutation.name}: ${row.name} ${seed} ${verdict}`);
        if (problems.length === 0) continue;
        red.push(row.name);
        break;
      }
    }
  } finally {
    await arena.stop();
  }
  return red;
}
