import { expect, test } from "vitest";
import { createLog } from "../../../../local/host/log.ts";

test("the longest category prefix decides, and a line has time, level and category", () => {
  const lines: string[] = [];
  const levels = { default: "warning", Function: "information", "Function.loud": "debug" } as const;
  const log = createLog(
    (line) => lines.push(line),
    levels,
    () => 0,
  );

  log("information", "Host", "hidden");
  log("information", "Function.quiet.User", "shown");
  log("debug", "Function.quiet.User", "hidden");
  log("debug", "Function.loud.User", "shown");
  log("information", "Functional", "hidden");

  expect(lines).toEqual([
    "[1970-01-01T00:00:00.000Z] information Function.quiet.User: shown",
    "[1970-01-01T00:00:00.000Z] debug Function.loud.User: shown",
  ]);
});
