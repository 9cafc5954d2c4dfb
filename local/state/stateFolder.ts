import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { LOCK_FILE, lockFolder } from "./lock.ts";
import { MANIFEST_FILE, type Manifest, readManifest, writeManifest } from "./manifest.ts";

/** A folder that cannot be used as it is; its message is one line that says what to do. */
export class StateFolderError extends Error {
  override readonly name = "StateFolderError";
}

export type StateFolderOptions = {
  /** Made where it is missing. */
  readonly directory: string;
  /** Forgets whatever the folder holds. */
  readonly fresh?: boolean | undefined;
  /** Names of the entities that this start declares. */
  readonly entities: { readonly queues: readonly string[]; readonly hubs: readonly string[] };
};

export type StateFolder = {
  readonly directory: string;
  /** Where each part keeps its files. */
  readonly paths: Readonly<Record<Part, string>>;
  readonly createdAtMs: number;
  /** What has changed since the last start, a line each. */
  readonly notes: readonly string[];
  /** Whether the part was up before: then its files must be there. */
  readonly hasBegun: (part: Part) => boolean;
  /** These parts are up, with all their files. */
  readonly noteBegun: (parts: readonly Part[]) => void;
  readonly release: () => void;
};

const parts = ["broker", "azurite", "standIns"] as const;
type Part = (typeof parts)[number];

/**
 * Opens the folder in which broker, Azurite and stand-ins keep what they have, for one process at a time. They
 * live and die together: a folder that lacks one of them, or that something else wrote, is refused, never
 * repaired in silence. Each part refuses likewise to go on without its files once it was up (`hasBegun`).
 */
export function openStateFolder(options: StateFolderOptions): StateFolder {
  const { directory } = options;
  mkdirSync(directory, { recursive: true });
  const lock = lockFolder(directory);
  try {
    return { ...prepare(options), release: lock.release };
  } catch (error) {
    lock.release();
    throw error;
  }
}

function prepare({ directory, fresh = false, entities }: StateFolderOptions) {
  const paths = {
    broker: join(directory, "broker"),
    azurite: join(directory, "azurite"),
    standIns: join(directory, "standIns"),
  };
  const sight = readManifest(directory);
  if (sight.kind === "none") refuseForeign(directory);
  if (sight.kind === "unusable" && !fresh) throw unusable(directory, sight.reason);

  let manifest: Manifest | undefined;
  if (sight.kind === "manifest" && !fresh && !sight.manifest.clearing) {
    manifest = sight.manifest;
    const missing = parts.find((part) => !existsSync(paths[part]));
    if (missing) throw unusable(directory, `its folder "${missing}" is missing`);
  } else if (sight.kind !== "none") {
    clear(directory, paths);
  }
  for (const part of parts) mkdirSync(paths[part], { recursive: true });
  const createdAt = manifest?.createdAt ?? new Date().toISOString();
  const begun = manifest?.begun ?? [];
  const notes = manifest ? changes(manifest, entities) : [];
  const write = (all: readonly string[]) =>
    writeManifest(directory, { createdAt, clearing: false, ...entities, begun: all });
  // Where nothing is new, a start needs no room on the disk.
  if (!manifest || notes.length > 0) write(begun);
  return {
    directory,
    paths,
    createdAtMs: Date.parse(createdAt),
    notes,
    hasBegun: (part: Part) => begun.includes(part),
    noteBegun: (up: readonly Part[]) => {
      if (!up.every((part) => begun.includes(part))) write([...new Set([...begun, ...up])]);
    },
  };
}

/** Marked before and unmarked after, so that a start that is cut off here leaves no half of a state. */
function clear(directory: string, paths: StateFolder["paths"]): void {
  const createdAt = new Date().toISOString();
  writeManifest(directory, { createdAt, clearing: true, queues: [], hubs: [], begun: [] });
  for (const part of parts) rmSync(paths[part], { recursive: true, force: true });
}

/** Files that are not ours are never deleted, whatever was asked for. */
function refuseForeign(directory: string): void {
  const own = new Set<string>([LOCK_FILE, `${MANIFEST_FILE}.new`, ...parts]);
  const strange = readdirSync(directory).find((name) => !own.has(name));
  const begun = parts.find((part) => isFilled(join(directory, part)));
  const found = strange ?? begun;
  if (found === undefined) return;
  throw new StateFolderError(
    `${directory} holds "${found}" but no state of this emulator: name an empty folder with --state`,
  );
}

function isFilled(directory: string): boolean {
  return existsSync(directory) && readdirSync(directory).length > 0;
}

function unusable(directory: string, reason: string): StateFolderError {
  return new StateFolderError(
    `the state in ${directory} cannot be used: ${reason}; --fresh (or FRESH=1) forgets it and begins anew`,
  );
}

function changes(before: Manifest, now: StateFolderOptions["entities"]): string[] {
  return (["queues", "hubs"] as const).flatMap((kind) => [
    ...now[kind].filter((name) => !before[kind].includes(name)).map((name) => `"${name}" is new`),
    ...before[kind]
      .filter((name) => !now[kind].includes(name))
      .map((name) => `"${name}" is not declared any more`),
  ]);
}
