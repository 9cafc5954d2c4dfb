import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { applySettings, readLocalSettings, resolveNames } from "../../../../local/host/settings.ts";

async function appDirectory(files: Readonly<Record<string, string>>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "host-settings-"));
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
  return directory;
}

const file = (values: Readonly<Record<string, string>>) => ({
  values,
  connectionStrings: {},
  httpPort: undefined,
});

describe("local settings", () => {
  test("come from local.settings.json, else from the sample", async () => {
    const both = await appDirectory({
      "local.settings.json": '{ "Values": { "A": "own" }, "Host": { "LocalHttpPort": 7099 } }',
      "local.settings.sample.json": '{ "Values": { "A": "sample" } }',
    });
    const fresh = await appDirectory({
      "local.settings.sample.json": '{ "Values": { "A": "sample", /* kept */ "B": 1 }, }',
    });

    expect(await readLocalSettings(both)).toMatchObject({ values: { A: "own" }, httpPort: 7099 });
    expect(await readLocalSettings(fresh)).toMatchObject({ values: { A: "sample", B: "1" } });
  });

  test("hold connection strings by their name", async () => {
    const directory = await appDirectory({
      "local.settings.json":
        '{ "ConnectionStrings": { "A": "x", "B": { "ConnectionString": "y", "ProviderName": "z" } } }',
    });

    const { connectionStrings } = await readLocalSettings(directory);

    expect(connectionStrings).toEqual({ "ConnectionStrings:A": "x", "ConnectionStrings:B": "y" });
  });

  test.each(["{", '{ "Values": { "A": {} } }', '{ "IsEncrypted": true, "Values": {} }'])(
    "%s is refused",
    async (text) => {
      const directory = await appDirectory({ "local.settings.json": text });

      await expect(readLocalSettings(directory)).rejects.toThrow("local.settings.json");
    },
  );
});

test("the environment wins over the file, overrides win over both", () => {
  const env = { A: "env", B: "env" };

  const settings = applySettings(env, file({ A: "file", B: "file", C: "file" }), { B: "override" });

  expect(env).toMatchObject({ A: "env", B: "override", C: "file" });
  expect(settings).toMatchObject({ A: "env", B: "override", C: "file" });
});

test("names between percent signs are replaced; a missing one is an error that names it", () => {
  expect(resolveNames("%A%/x-%B%", { A: "1", B: "2" })).toBe("1/x-2");
  expect(() => resolveNames("%A%", {})).toThrow("'%A%' does not resolve to a value.");
});
