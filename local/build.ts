import { glob, stat } from "node:fs/promises";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const output = join(root, "dist", "index.js");

/**
 * Bundles functions/ and shared/ into dist/, the entry that is deployed and that package.json's `main`
 * names. Modules behind `await import()` stay chunks of their own, so that an SDK loads when first used.
 */
export async function build(): Promise<void> {
  const esbuild = await import("esbuild");
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: { index: "functions/index.ts" },
    outdir: "dist",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node22",
    // A CommonJS package behind `await import()` would lose its named exports in a chunk.
    mainFields: ["module", "main"],
    sourcemap: "linked",
    chunkNames: "chunks/[name]-[hash]",
    external: ["@azure/functions-core"], // supplied by the host at run time
    banner: {
      // @azure/functions and others are CommonJS and call `require` for Node's own modules.
      js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
    },
    logLevel: "error",
  });
  await esbuild.stop(); // its service would stay as long as we do
}

/** Builds only when a source is newer than the bundle. */
export async function buildIfStale(): Promise<void> {
  const built = await modifiedAt(output);
  for await (const file of glob(["functions/**/*.ts", "shared/**/*.ts", "package-lock.json"], {
    cwd: root,
  })) {
    if ((await modifiedAt(join(root, file))) > built) return build();
  }
}

async function modifiedAt(path: string): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}

if (import.meta.main) await build();
