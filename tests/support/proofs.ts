import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Holds the pages below to the reports that vitest's JSON reporter wrote to `.local/reports`: every line of their
 * tables must name tests that passed. Writes each page with a column of results to `.local`, and takes the reports
 * away, so that no later run can lean on them.
 */
const root = join(import.meta.dirname, "..", "..");
const reports = join(root, ".local", "reports");
const pages = ["local.md", "guarantees.md"];
const RESULT = { true: "✓", false: "✗" };

type Test = { readonly file: string; readonly fullName: string; readonly status: string };
type Report = {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly Omit<Test, "file">[];
  }[];
};

async function testsThatRan(): Promise<readonly Test[]> {
  const files = await readdir(reports).catch(() => []);
  if (files.length === 0) throw new Error("there are no test reports: `npm test` makes them");
  const texts = await Promise.all(files.map((file) => readFile(join(reports, file), "utf8")));
  return texts
    .flatMap((text) => (JSON.parse(text) as Report).testResults)
    .flatMap(({ name, assertionResults }) =>
      assertionResults.map((test) => ({ file: name.replaceAll("\\", "/"), ...test })),
    );
}

/** Whether all tests that a proof names have passed, and there are any: `file below tests` › part of the title. */
function holds(tests: readonly Test[], proof: string): boolean {
  const [, path, part = ""] = /^`([^`]+)`(?: › (.+))?$/.exec(proof) ?? [];
  const named = tests.filter(
    ({ file, fullName }) => file.endsWith(`/tests/${path}.test.ts`) && fullName.includes(part),
  );
  return named.length > 0 && named.every(({ status }) => status === "passed");
}

async function judge(tests: readonly Test[], name: string) {
  const lines = (await readFile(join(root, "docs", name), "utf8")).split("\n");
  const unproven: string[] = [];
  let judged = 0;
  const withResults = lines.map((line) => {
    const [, what, proofs] = /^\| (.+) \| .+ \| (.+) \|$/.exec(line) ?? [];
    if (what === undefined || proofs === undefined) {
      return line.startsWith("|---") ? `${line}---|` : line;
    }
    if (proofs === "held by") return `${line} now |`;
    judged += 1;
    const missing = proofs.split("<br>").filter((proof) => !holds(tests, proof));
    unproven.push(...missing.map((proof) => `${what}: ${proof}`));
    return `${line} ${RESULT[`${missing.length === 0}`]} |`;
  });
  await writeFile(join(root, ".local", name), withResults.join("\n"));
  for (const line of unproven) process.stderr.write(`docs/${name}: no passing test for ${line}\n`);
  process.stdout.write(
    `docs/${name}: ${judged} lines, ${unproven.length} proofs without a passing test\n`,
  );
  return judged > 0 && unproven.length === 0;
}

const tests = await testsThatRan();
const results = await Promise.all(pages.map((page) => judge(tests, page)));
await rm(reports, { recursive: true });
process.exitCode = results.every(Boolean) ? 0 : 1;
