import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Holds docs/local.md to the test report that vitest's JSON reporter wrote (first argument): every line of
 * its tables must name tests that passed. Writes the page with a column of results to `.local/local.md`.
 */
const root = join(import.meta.dirname, "..", "..");
const RESULT = { true: "✓", false: "✗" };

type Report = {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
};

/** The tests that a line names: `file` › part of the title. */
function testsOf(report: Report, proof: string) {
  const [, file, part = ""] = /^`([^`]+)`(?: › (.+))?$/.exec(proof) ?? [];
  return report.testResults
    .filter(({ name }) => name.replaceAll("\\", "/").endsWith(`/conformance/${file}.test.ts`))
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ fullName }) => fullName.includes(part));
}

function holds(report: Report, proof: string): boolean {
  const tests = testsOf(report, proof);
  return tests.length > 0 && tests.every(({ status }) => status === "passed");
}

const [, , reportFile = ""] = process.argv;
const report = JSON.parse(await readFile(reportFile, "utf8")) as Report;
const lines = (await readFile(join(root, "docs", "local.md"), "utf8")).split("\n");
const unproven: string[] = [];

const proven = lines.map((line) => {
  const cells = /^\| (?<what>.+) \| .+ \| (?<proof>.+) \|$/.exec(line)?.groups;
  if (cells === undefined) return line.startsWith("|---") ? `${line}---|` : line;
  const { what = "", proof = "" } = cells;
  if (proof === "held by") return `${line} now |`;
  const held = holds(report, proof);
  if (!held) unproven.push(`${what}: ${proof}`);
  return `${line} ${RESULT[`${held}`]} |`;
});

await writeFile(join(root, ".local", "local.md"), proven.join("\n"));
for (const line of unproven) process.stderr.write(`docs/local.md: no passing test for ${line}\n`);
process.stdout.write(`docs/local.md: ${unproven.length} lines without a passing test\n`);
process.exitCode = unproven.length === 0 ? 0 : 1;
