import { copyFile, mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Plugin } from "esbuild";
import { bundle } from "../../local/build.ts";
import type { Change, Mutation } from "./mutations.ts";

const root = join(import.meta.dirname, "..", "..");

/**
 * Builds the app with a piece of its source replaced, in a directory of its own that a host can run. The sources stay as
 * they are. Throws when a piece is not there exactly once: then the mutation has to follow the source.
 */
export async function buildMutant({ name, changes }: Mutation): Promise<string> {
  const directory = join(root, ".local", "mutants", name);
  await rm(directory, { recursive: true, force: true });
  await mkdir(join(directory, "dist"), { recursive: true });
  for (const file of ["host.json", "package.json", "local.settings.sample.json"]) {
    await copyFile(join(root, file), join(directory, file));
  }
  await bundle(join(directory, "dist"), [replacing(changes)]);
  return directory;
}

function replacing(changes: readonly Change[]): Plugin {
  return {
    name: "mutation",
    setup(build) {
      for (const [file, pieces] of Map.groupBy(changes, (change) => change.file)) {
        const path = join(root, file);
        build.onLoad({ filter: /\.ts$/ }, async (found) =>
          found.path === path
            ? { loader: "ts", contents: applied(await readFile(path, "utf8"), pieces) }
            : undefined,
        );
      }
    },
  };
}

/** The source with every piece replaced. */
export function applied(source: string, changes: readonly Change[]): string {
  return changes.reduce((text, { file, from, to }) => {
    const parts = text.split(from);
    if (parts.length !== 2) {
      throw new Error(`${file} has ${parts.length - 1} times what a mutation replaces: ${from}`);
    }
    return parts.join(to);
  }, source);
}
