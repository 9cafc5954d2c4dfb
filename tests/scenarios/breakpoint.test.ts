import { readFile } from "node:fs/promises";
import { SourceMap, type SourceMapPayload } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { connectInspector } from "../support/inspector.ts";
import { refusedUrl } from "../support/loopback.ts";
import { freePorts, startCommand } from "../support/npmRun.ts";

const root = join(import.meta.dirname, "..", "..");
const bundle = join(root, "dist", "index.js");
const source = { path: "functions/getHealth.ts", text: "jsonBody: readHealth()" };

type Location = { readonly lineNumber: number; readonly columnNumber: number };
type Paused = { readonly callFrames: readonly { readonly location: Location }[] };

test("F5 of .vscode/launch.json: a breakpoint on a TypeScript line is hit by a request", async () => {
  const inspectPort = new URL(await refusedUrl()).port;
  const f5 = startCommand(await launchProgram(), [], { ...freePorts, INSPECT_PORT: inspectPort });
  const output = await f5.printed(/Ready in/);
  const found = (pattern: RegExp) => pattern.exec(output)?.[0] ?? "";
  const inspector = await connectInspector(found(/ws:\/\/127\.0\.0\.1:\d+\/[0-9a-f-]+/));
  const map = new SourceMap(
    JSON.parse(await readFile(`${bundle}.map`, "utf8")) as SourceMapPayload,
  );
  const wanted = await lineOf(source.path, source.text);
  const place = await generatedPlace(map, wanted);

  await inspector.call("Debugger.enable");
  const set = await inspector.call<{ locations: readonly Location[] }>(
    "Debugger.setBreakpointByUrl",
    { url: pathToFileURL(bundle).href, ...place },
  );
  const answer = fetch(found(/http:\/\/127\.0\.0\.1:\d+\/api\/health/));
  const { callFrames } = await inspector.event<Paused>("Debugger.paused");
  const { lineNumber = -1, columnNumber = -1 } = callFrames[0]?.location ?? {};
  const stoppedAt = map.findEntry(lineNumber, columnNumber);
  await inspector.call("Debugger.resume");

  expect(set.locations).toHaveLength(1);
  expect(stoppedAt).toMatchObject({
    originalSource: expect.stringMatching(/functions\/getHealth\.ts$/) as string,
    originalLine: wanted,
  });
  expect((await answer).status).toBe(200);
  inspector.close();
  f5.kill();
  await f5.finished;
});

/** What F5 runs, relative to the project. */
async function launchProgram(): Promise<string> {
  const text = await readFile(join(root, ".vscode", "launch.json"), "utf8");
  const { configurations } = JSON.parse(text) as { configurations: { program: string }[] };
  return configurations[0]?.program.replace("${workspaceFolder}/", "") ?? "";
}

/** Lines count from 0, as in source maps and in the protocol. */
async function lineOf(path: string, text: string): Promise<number> {
  const lines = (await readFile(join(root, path), "utf8")).split("\n");
  return lines.findIndex((line) => line.includes(text));
}

/** Where a debugger puts the breakpoint of that source line: at the bundle's line made from it. */
async function generatedPlace(map: SourceMap, originalLine: number): Promise<Location> {
  const lines = (await readFile(bundle, "utf8")).split("\n");
  for (const [lineNumber, line] of lines.entries()) {
    const columnNumber = line.search(/\S/);
    if (columnNumber < 0) continue;
    const entry = map.findEntry(lineNumber, columnNumber);
    if (!("originalSource" in entry) || !entry.originalSource.endsWith(source.path)) continue;
    if (entry.originalLine === originalLine) return { lineNumber, columnNumber };
  }
  throw new Error(`nothing in the bundle comes from ${source.path}:${originalLine + 1}`);
}
