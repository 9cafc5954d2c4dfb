import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DamagedStateError } from "./journal/errors.ts";

/** What Azurite writes before it listens, and replaces whole ever after. */
const catalogues = ["blob", "blob_extent", "queue", "queue_extent", "table"].map(
  (name) => `__azurite_db_${name}__.json`,
);

/**
 * Throws a DamagedStateError that names the catalogue which Azurite would begin anew, or fail over without
 * naming it; with `begun` also for one that is missing.
 */
export function checkCatalogues(directory: string, begun: boolean): void {
  for (const name of catalogues) {
    const path = join(directory, name);
    if (existsSync(path)) {
      if (!isCatalogue(readFileSync(path, "utf8"))) {
        throw new DamagedStateError(`${path} is damaged`);
      }
    } else if (begun) throw new DamagedStateError(`${path} is missing`);
  }
}

function isCatalogue(text: string): boolean {
  try {
    return Array.isArray((JSON.parse(text) as { collections?: unknown } | null)?.collections);
  } catch {
    return false;
  }
}
