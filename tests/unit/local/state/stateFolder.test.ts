import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lockFolder, StateInUseError } from "../../../../local/state/lock.ts";
import { openStateFolder, StateFolderError } from "../../../../local/state/stateFolder.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "state-folder-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const entities = { queues: ["orders"], hubs: ["telemetry"] };
const open = (options: { fresh?: boolean; queues?: string[] } = {}) =>
  openStateFolder({
    directory,
    fresh: options.fresh,
    entities: { ...entities, queues: options.queues ?? entities.queues },
  });
/** One start that leaves a file in each part. */
const startOnce = () => {
  const folder = open();
  writeFileSync(join(folder.paths.broker, "file"), "");
  writeFileSync(join(folder.paths.azurite, "file"), "");
  writeFileSync(join(folder.paths.standIns, "file"), "");
  folder.release();
  return folder;
};
const holds = (part: string) => existsSync(join(directory, part, "file"));

describe("a state folder", () => {
  it("is as the last start left it", () => {
    const first = startOnce();

    const { createdAtMs, notes, release } = open();

    expect([holds("broker"), holds("azurite"), createdAtMs, notes]).toEqual([
      true,
      true,
      first.createdAtMs,
      [],
    ]);
    release();
  });

  it("forgets all of its parts together when told to begin anew", () => {
    startOnce();

    open({ fresh: true }).release();

    expect(["broker", "azurite", "standIns"].filter(holds)).toEqual([]);
  });

  it("goes on forgetting where a start was cut off while it did", () => {
    startOnce();
    const manifest = join(directory, "manifest.json");
    writeFileSync(
      manifest,
      JSON.stringify({
        format: "dataverse-azure-integration state",
        version: 1,
        createdAt: new Date().toISOString(),
        clearing: true,
        queues: [],
        hubs: [],
      }),
    );

    open().release();

    expect([holds("broker"), holds("azurite")]).toEqual([false, false]);
  });

  it("knows which of its parts were up, until it begins anew", () => {
    const first = open();
    const before = first.hasBegun("broker");
    first.noteBegun(["broker"]);
    first.release();
    const second = open();
    const after = (["broker", "standIns"] as const).map(second.hasBegun);
    second.noteBegun(["broker", "standIns"]);
    second.release();
    const third = open();
    const inTheEnd = (["broker", "standIns"] as const).map(third.hasBegun);
    third.release();
    const fresh = open({ fresh: true });
    fresh.release();

    expect([before, after, inTheEnd]).toEqual([false, [true, false], [true, true]]);
    expect(fresh.hasBegun("broker")).toBe(false);
  });

  it("is not written to by a start to which nothing is new, for which a full disk has room", () => {
    startOnce();
    const manifest = join(directory, "manifest.json");
    mkdirSync(`${manifest}.new`); // where it would be written

    const folder = open();

    expect(folder.notes).toEqual([]);
    folder.release();
  });

  it("says which entities came and went since the last start", () => {
    startOnce();

    const { notes, release } = open({ queues: ["warehouse"] });

    expect(notes).toEqual(['"warehouse" is new', '"orders" is not declared any more']);
    release();
  });

  it.each([
    ["not json", "damaged or of another program"],
    ['{"format":"other","version":1}', "damaged or of another program"],
    ['{"format":"dataverse-azure-integration state","version":2}', "written by a newer version"],
    ['{"format":"dataverse-azure-integration state","version":1}', "damaged"],
  ])("refuses the manifest %s in one line that offers to begin anew", (text, reason) => {
    startOnce();
    writeFileSync(join(directory, "manifest.json"), text);

    expect(() => open()).toThrow(new RegExp(`^[^\n]*${reason}[^\n]*--fresh[^\n]*$`));
    expect(holds("broker")).toBe(true);
    open({ fresh: true }).release();
    expect(holds("broker")).toBe(false);
  });

  it("refuses to go on with one part where the other is gone", () => {
    startOnce();
    rmSync(join(directory, "azurite"), { recursive: true });

    expect(() => open()).toThrow(/"azurite" is missing.*--fresh/);
  });

  it("never takes, nor empties, a folder that holds something else", () => {
    mkdirSync(join(directory, "broker"));
    writeFileSync(join(directory, "broker", "mine"), "");

    expect(() => open({ fresh: true })).toThrow(StateFolderError);
    expect(readdirSync(join(directory, "broker"))).toEqual(["mine"]);
  });

  it("belongs to one process at a time", () => {
    const { release } = open();

    expect(() => open()).toThrow(
      expect.objectContaining({
        message: expect.stringContaining(`is in use by process ${process.pid}: `) as string,
      }) as Error,
    );
    release();
    open().release();
  });
});

describe("a folder's lock", () => {
  it("is taken over from a process that is no more, and not from one that is", () => {
    const lock = (isRunning: boolean) => () =>
      lockFolder(directory, { pid: 2, isRunning: () => isRunning });
    lockFolder(directory, { pid: 1 });

    expect(lock(true)).toThrow(StateInUseError);
    expect(lock(false)).not.toThrow();
  });

  it("is taken over from an earlier process that had the same id", () => {
    writeFileSync(join(directory, "lock"), "7");

    expect(() => lockFolder(directory, { pid: 7, isRunning: () => true })).not.toThrow();
  });
});
