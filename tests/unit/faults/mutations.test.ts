import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { applied } from "../../faults/mutant.ts";
import { mutations } from "../../faults/mutations.ts";
import { rows } from "../../faults/rows.ts";

const root = join(import.meta.dirname, "..", "..", "..");

describe.each(mutations)("the mutation $name", ({ changes, rows: noticing }) => {
  it("finds each piece that it replaces in the source, once", async () => {
    for (const [file, pieces] of Map.groupBy(changes, (change) => change.file)) {
      const source = await readFile(join(root, file), "utf8");

      expect(applied(source, pieces)).not.toBe(source);
    }
  });

  it("names rows that exist", () => {
    expect(rows.map(({ name }) => name)).toEqual(expect.arrayContaining([...noticing]));
  });
});

it.each([
  ["gone", "a b"],
  ["there twice", "x x"],
])("a piece that is %s is an error", (_what, source) => {
  expect(() => applied(source, [{ file: "f.ts", from: "x", to: "y" }])).toThrow("f.ts has");
});
