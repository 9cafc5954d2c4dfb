import { glob, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { extname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { StartUpError } from "./startUpError.ts";

/**
 * Runs the app's entry files: package.json `main` read as a glob, in order of their names, each by
 * `import` or `require` as Node would. Throws when nothing matches or an entry throws: no half-loaded app.
 */
export async function loadApp(appDirectory: string): Promise<void> {
  const packageFile = join(appDirectory, "package.json");
  const { main, type } = await readPackage(packageFile);
  const files: string[] = [];
  for await (const file of glob(main, { cwd: appDirectory })) files.push(file);
  if (files.length === 0) {
    throw new StartUpError(`Found zero files matching the supplied pattern "${main}".`);
  }
  const require = createRequire(packageFile);
  for (const file of files.sort()) {
    const path = join(appDirectory, file);
    const extension = extname(file);
    const isModule = extension === ".mjs" || (extension !== ".cjs" && type === "module");
    try {
      if (isModule) await import(pathToFileURL(path).href);
      else require(path);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new StartUpError(`Worker was unable to load entry point "${file}": ${reason}`, {
        cause: error,
      });
    }
  }
}

async function readPackage(path: string): Promise<{ main: string; type: unknown }> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw new StartUpError(`${path} cannot be read.`, { cause: error });
  });
  const content: unknown = JSON.parse(text);
  const { main, type } = content as { main?: unknown; type?: unknown };
  if (typeof main !== "string" || main === "") {
    throw new StartUpError(`${path} has no "main" that names the built app.`);
  }
  return { main, type };
}
