import { expect, test } from "vitest";
import { startCommand } from "../support/npmRun.ts";

test("npm run demo plays every act and exits 0", async () => {
  const demo = startCommand("local/demo.ts");

  const { code, output } = await demo.finished;

  expect(output).toContain("Every act held");
  expect(code).toBe(0);
});
