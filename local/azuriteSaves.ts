import { renameSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createRequire } from "node:module";

/**
 * Preloaded into Azurite's process: what it accepted is in its files after a fraction of a second. Azurite
 * has each of its catalogues written whole every five seconds, which no option of it changes; a kill then
 * takes tables, queues and checkpoints back as far, each to another moment. Here saves come sooner, and
 * further apart the longer they take: a tenth of its time, or what it would spend anyway. All catalogues
 * are saved as of one moment, that of the blobs last, so that no checkpoint is ahead of the rows that were
 * written before it. While they cannot be saved, as on a full disk, requests that would change something are
 * refused as the service refuses them when it is busy.
 */
const SOONEST_MS = 200;
const LATEST_MS = 5_000;
const SHARE = 0.1;
const RETRY_MS = 1_000;
const BLOBS = /__azurite_db_blob__\.json$/;

/** Of the database, as documented: https://techfort.github.io/LokiJS/Loki.html */
type Loki = {
  autosave: boolean;
  readonly filename: string;
  readonly collections: readonly { dirty: boolean }[];
  readonly autosaveDirty: () => boolean;
  readonly saveDatabase: (saved: (error: Error | null) => void) => void;
  autosaveEnable: (this: Loki) => void;
  autosaveDisable: (this: Loki) => void;
};
type Adapter = {
  saveDatabase: (name: string, text: string, saved: (error: Error | null) => void) => void;
};

const ofAzurite = createRequire(createRequire(import.meta.url).resolve("azurite/package.json"));
const loki = ofAzurite("lokijs") as {
  readonly prototype: Loki;
  readonly LokiFsAdapter: { readonly prototype: Adapter };
};
const saving = new Set<Loki>();
/** Those whose last save failed. */
const unsaved = new Set<Loki>();

loki.prototype.autosaveEnable = function autosaveEnable() {
  this.autosave = true;
  if (saving.size === 0) setTimeout(saveAll, SOONEST_MS);
  saving.add(this);
};
loki.prototype.autosaveDisable = function autosaveDisable() {
  saving.delete(this);
};
/** Whole or not at all, and done when it returns: nothing comes between two catalogues. */
loki.LokiFsAdapter.prototype.saveDatabase = (name, text, saved) => {
  try {
    writeFileSync(`${name}~`, text);
    renameSync(`${name}~`, name);
  } catch (error) {
    saved(error as Error);
    return;
  }
  saved(null);
};

function saveAll(): void {
  if (saving.size === 0) return; // closed
  const began = performance.now();
  const dirty = [...saving].filter((database) => database.autosaveDirty());
  const blobs = dirty.filter(({ filename }) => BLOBS.test(filename));
  for (const database of [...dirty.filter((one) => !blobs.includes(one)), ...blobs]) {
    database.saveDatabase((error) => {
      unsaved.delete(database);
      if (!error) return;
      unsaved.add(database);
      process.stderr.write(
        `Azurite refuses changes, since it cannot save ${database.filename}: ${error.message}\n`,
      );
      for (const collection of database.collections) collection.dirty = true; // next time, then
    });
  }
  const rest = unsaved.size > 0 ? RETRY_MS : (performance.now() - began) / SHARE;
  setTimeout(saveAll, Math.min(LATEST_MS, Math.max(SOONEST_MS, rest)));
}

type Emit = (this: unknown, event: string, ...given: unknown[]) => boolean;
const { Server } = process.getBuiltinModule("node:http");
const { emit } = Server.prototype as { readonly emit: Emit };
Server.prototype.emit = function refuseChanges(event: string, ...given: unknown[]) {
  const [request, response] = given as [IncomingMessage, ServerResponse];
  const changes = event === "request" && !["GET", "HEAD", "OPTIONS"].includes(request.method ?? "");
  if (unsaved.size === 0 || !changes) return emit.call(this, event, ...given);
  request.resume();
  response.writeHead(503, { "x-ms-error-code": "ServerBusy" }).end();
  return true;
};
