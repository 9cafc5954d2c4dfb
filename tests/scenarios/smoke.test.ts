import { spawnSync } from "node:child_process";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { describe, expect, test } from "vitest";
import { untilHealthy } from "../../local/smoke/docker.ts";
import { startHttp } from "../support/loopback.ts";
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

describe("the smoke test on the official emulators", () => {
  test.skipIf(process.platform === "win32")(
    "takes its containers down again when they cannot come up",
    async () => {
      const folder = await mkdtemp(join(tmpdir(), "docker-"));
      const calls = join(folder, "calls");
      const docker = join(folder, "docker");
      await writeFile(docker, `#!/bin/sh\necho "$*" >> "${calls}"\ntest "$2" != up\n`);
      await chmod(docker, 0o755);

      const { code, output } = await startCommand("local/smoke.ts", ["docker"], {
        PATH: [folder, process.env["PATH"]].join(delimiter),
      }).finished;

      expect(code).toBe(1);
      expect(output).toContain("docker compose up ended with 1");
      expect((await readFile(calls, "utf8")).trim().split("\n")).toEqual([
        "info",
        "compose up --detach",
        "compose down --volumes",
      ]);
      await rm(folder, { recursive: true });
    },
  );

  test("waits until every emulator says that it is healthy, and no longer than it is told", async () => {
    let asked = 0;
    const { url, stop } = await startHttp((_request, response) => {
      asked += 1;
      response.writeHead(asked < 3 ? 503 : 200).end("no JSON");
    });
    const sick = await startHttp((_request, response) => response.writeHead(503).end());

    await untilHealthy([url], 10_000);
    const waiting = untilHealthy([url, sick.url], 100);

    expect(asked).toBeGreaterThanOrEqual(3);
    await expect(waiting).rejects.toThrow(sick.url);
    await Promise.all([stop(), sick.stop()]);
  });
});
