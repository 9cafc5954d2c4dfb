import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { loadApp } from "../../../../local/host/loadApp.ts";

const loaded = globalThis as { loadedFiles?: string[] };
afterEach(() => {
  delete loaded.loadedFiles;
});

const marks = (name: string) => `(globalThis.loadedFiles ??= []).push(${JSON.stringify(name)});`;

async function app(main: unknown, type: string, files: Readonly<Record<string, string>>) {
  const directory = await mkdtemp(join(tmpdir(), "host-app-"));
  const all = { ...files, "package.json": JSON.stringify({ main, type }) };
  for (const [name, text] of Object.entries(all)) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), text);
  }
  return directory;
}

test("runs every file that main's pattern names, modules and CommonJS alike, by name", async () => {
  const directory = await app("dist/*.{js,cjs,mjs}", "commonjs", {
    "dist/b.mjs": `import "node:fs"; ${marks("b")}`,
    "dist/a.js": `require("node:fs"); ${marks("a")}`,
    "dist/c.cjs": marks("c"),
    "other.js": marks("other"),
  });

  await loadApp(directory);

  expect(loaded.loadedFiles).toEqual(["a", "b", "c"]);
});

test.each([
  ["dist/*.js", {}, 'Found zero files matching the supplied pattern "dist/*.js".'],
  [undefined, {}, 'has no "main"'],
  ["bad.js", { "bad.js": 'throw new Error("no setting X")' }, 'entry point "bad.js": no setting X'],
])("main %s with %j is refused", async (main, files, message) => {
  const directory = await app(main, "module", files);

  await expect(loadApp(directory)).rejects.toThrow(message);
});
