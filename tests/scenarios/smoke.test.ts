import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { startCommand } from "../support/npmRun.ts";

const tools = [
  { name: "func", command: ["func", "--version"], says: "Core Tools" },
  { name: "docker", command: ["docker", "info"], says: "no Docker engine" },
];

const isMissing = ({ command: [file = "", ...args] }: (typeof tools)[number]) =>
  spawnSync(file, args, { shell: process.platform === "win32" }).status !== 0;

describe("a smoke test says so instead of passing", () => {
  test.for(tools)("when $name is missing", async (tool, { skip }) => {
    if (!isMissing(tool)) skip();

    const { code, output } = await startCommand("local/smoke.ts", [tool.name]).finished;

    expect(output).toContain(tool.says);
    expect(code).toBe(2);
  });
});
