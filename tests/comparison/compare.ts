import { formatRow } from "../../bench/formatRow.ts";
import { measureIdempotency } from "../../bench/idempotency.ts";
import { columns } from "./columns.ts";
import { type CallCounts, countCalls } from "./countCalls.ts";
import type { Column } from "./executor.ts";
import type { Verdict } from "./scenario.ts";
import { scenarios } from "./scenarios.ts";

type Judged = {
  readonly title: string;
  readonly verdicts: readonly Verdict[];
  readonly counts: CallCounts;
};

await main();

/**
 * `npm run compare:idempotency`: the same promises put to order processing and to Powertools for AWS Lambda, with what
 * was observed. Fails only when ours breaks one.
 */
async function main(): Promise<void> {
  print(`Node ${process.version} on ${process.platform} ${process.arch}\n`);
  const judged: Judged[] = [];
  for (const [index, open] of columns.entries()) {
    const column = await judgeAll(open);
    judged.push(column);
    print(`${letterOf(index)}  ${column.title}`);
  }
  for (const [row, { promise, note }] of scenarios.entries()) {
    print(`\n${promise}`);
    for (const [index, { verdicts }] of judged.entries()) {
      const { held, observed } = verdicts[row] as Verdict;
      print(`  ${letterOf(index)} ${held ? "held  " : "broken"}  ${observed}`);
    }
    if (note !== undefined) print(`  ${note}`);
  }
  printSums(judged);
  print("\nTime without storage (reported, not judged here)");
  for (const row of await measureIdempotency()) print(`  ${formatRow(row)}`);
  if (judged[0]?.verdicts.some(({ held }) => !held)) process.exitCode = 1;
}

async function judgeAll(open: () => Promise<Column>): Promise<Judged> {
  const column = await open();
  try {
    const verdicts: Verdict[] = [];
    for (const { judge } of scenarios) verdicts.push(await judge(column));
    const title = `${column.name} (${column.versions})`;
    return { title, verdicts, counts: await countCalls(column) };
  } finally {
    await column.close();
  }
}

function printSums(judged: readonly Judged[]): void {
  const sums: readonly [string, (column: Judged) => string | number][] = [
    [
      "promises held",
      ({ verdicts }) => `${verdicts.filter(({ held }) => held).length}/${verdicts.length}`,
    ],
    ["storage calls: first call", ({ counts }) => counts.first],
    ["  the same, payloads compared", ({ counts }) => counts.compared],
    ["  duplicate", ({ counts }) => counts.duplicate],
    ["  redelivery, known as such", ({ counts }) => counts.redelivery],
    ["  failed and retried, steps kept", ({ counts }) => counts.retried],
  ];
  const line = (name: string, cells: readonly (string | number)[]) =>
    print(name.padEnd(34) + cells.map((cell) => String(cell).padStart(7)).join(""));
  print("");
  line(
    "",
    judged.map((_, index) => letterOf(index)),
  );
  for (const [name, cell] of sums) line(name, judged.map(cell));
  print(
    "  B and C: dynalite does not return the item that a refused put met, so a duplicate reads it; DynamoDB does, one call.",
  );
}

function letterOf(index: number): string {
  return String.fromCharCode("A".charCodeAt(0) + index);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
