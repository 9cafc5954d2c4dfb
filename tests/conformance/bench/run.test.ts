import { expect, test } from "vitest";
import { startCommand } from "../../support/npmRun.ts";

test("a benchmark that does not exist is refused in one line that names those that do", async () => {
  const { code, output } = await startCommand("bench/run.ts", ["--only", "eventHubs,nothing"])
    .finished;

  expect(code).toBe(1);
  expect(output).toBe(
    'no benchmark "nothing"; there are startUp, host, serviceBus, messageSizes, eventHubs, creditCheck, orders, durability, idempotency\n',
  );
});

test("the choice can come from the environment, where the command line is swallowed", async () => {
  const { code, output } = await startCommand("bench/run.ts", [], { ONLY: "nothing" }).finished;

  expect(code).toBe(1);
  expect(output).toContain('no benchmark "nothing"');
});
