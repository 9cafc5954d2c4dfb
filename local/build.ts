import { glob, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Plugin } from "esbuild";

const root = join(import.meta.dirname, "..");
const dist = join(root, "dist");
const output = join(dist, "index.js");
const sources = [
  "functions/**/*.ts",
  "shared/**/*.ts",
  "package.json",
  "package-lock.json",
  "local/build.ts",
];

/**
 * Bundles functions/ and shared/ into a directory, with the entry that package.json's `main` names. Modules
 * behind `await import()` stay chunks of their own, so that an SDK loads when first used. Returns the files
 * written. The script is not called `build`: a remote build in Azure would run it.
 */
export async function bundle(
  outdir: string = dist,
  plugins: readonly Plugin[] = [],
): Promise<Set<string>> {
  const esbuild = await import("esbuild");
  const { metafile } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: { index: "functions/index.ts" },
    outdir,
    plugins: [...plugins],
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
    metafile: true,
    logLevel: "error",
  });
  await esbuild.stop(); // its service would stay as long as we do
  return new Set(Object.keys(metafile.outputs).map((file) => resolve(root, file)));
}

/** Bundles only when a source is newer. Leaves old chunks, which a host that runs may still load. */
export async function buildIfStale(): Promise<void> {
  const built = await modifiedAt(output);
  for await (const file of glob(sources, { cwd: root })) {
    if ((await modifiedAt(join(root, file))) > built) {
      await bundle();
      return;
    }
  }
}

async function modifiedAt(path: string): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}

async function removeOldChunks(current: ReadonlySet<string>): Promise<void> {
  for await (const file of glob("dist/**/*.{js,map}", { cwd: root })) {
    const path = join(root, file);
    if (!current.has(path)) await rm(path);
  }
}

// `npm run bundle`: dist/ as it is deployed, with nothing from before in it.
if (import.meta.main) await removeOldChunks(await bundle());
