import { expect, test } from "vitest";
import { type Flaw, openFlawed } from "../../comparison/openFlawed.ts";
import { scenarios } from "../../comparison/scenarios.ts";

test("an executor that keeps nothing breaks every promise but those about a first call and a retry", async () => {
  expect(await heldBy("forgets")).toEqual([
    "a first call runs once",
    "a lost answer to the write that takes the key is recognised as our own write",
    "a failed attempt can be tried again",
  ]);
});

const WITHOUT_FENCE = [
  "the same key with another payload never runs",
  "a worker that outlived its lease does not overwrite the stored answer",
  "a lost answer to the write that takes the key is recognised as our own write",
  "a lost answer to the write that ends the key loses nothing",
  "steps that were finished before the failure are not repeated",
];

test("a lease without fence breaks what a fence is for, and nothing that a lease alone gives", async () => {
  expect(await brokenBy("unfenced")).toEqual(WITHOUT_FENCE);
});

test("a lease without owner breaks the races as well", async () => {
  const broken = await brokenBy("unowned");

  expect(broken.filter((promise) => !WITHOUT_FENCE.includes(promise))).toEqual([
    "5 at once have one effect",
    "5 at once have one effect where nobody told how long a worker may take",
    "who loses the race for a key does not free it for a third",
  ]);
});

async function heldBy(flaw: Flaw): Promise<string[]> {
  return await judgedBy(flaw, true);
}

async function brokenBy(flaw: Flaw): Promise<string[]> {
  return await judgedBy(flaw, false);
}

async function judgedBy(flaw: Flaw, held: boolean): Promise<string[]> {
  const promises: string[] = [];
  for (const { promise, judge } of scenarios) {
    if ((await judge(openFlawed(flaw))).held === held) promises.push(promise);
  }
  return promises;
}
