import { describe, expect, it } from "vitest";
import { CompactingJournal } from "../../../../local/journal/compactingJournal.ts";
import { copyOf, createMemoryFiles, type MemoryFiles } from "../../../support/memoryFiles.ts";

const path = "a.journal";

/** A counter a key: each record sets one, so all but the last record of a key are garbage. */
function counters(files: MemoryFiles, { sync = false } = {}) {
  const state = new Map<string, string>();
  const journal = new CompactingJournal({
    path,
    files,
    sync,
    onRecord: (record) => {
      const [key = "", value = ""] = record.toString().split("=");
      state.set(key, value);
    },
    snapshot: function* () {
      for (const [key, value] of state) yield [Buffer.from(`${key}=${value}`)];
    },
    step: 256,
    reserve: 0,
    floor: 1_000,
  });
  const set = (key: string, value: number) => {
    state.set(key, String(value));
    journal.append([Buffer.from(`${key}=${value}`)]);
    return journal.commit();
  };
  return { state, journal, set };
}

describe("a compacting journal", () => {
  it("stays small however much is written, and loses nothing of it", () => {
    const files = createMemoryFiles();
    const { set, state } = counters(files);
    let largest = 0;

    for (let n = 0; n < 5_000; n += 1) {
      set(`key${n % 7}`, n);
      largest = Math.max(largest, files.contents.get(path)?.length ?? 0);
    }

    expect(largest).toBeLessThan(2_500);
    expect(counters(copyOf(files)).state).toEqual(state);
  });

  it("forces each commit to the disk when asked to, also after a rewrite", () => {
    const files = createMemoryFiles();
    const { set } = counters(files, { sync: true });
    const changes: string[] = [];
    files.beforeChange = (what) => void changes.push(what);
    for (let n = 0; !changes.includes("rename"); n += 1) set("key", n);
    const before = files.syncs;

    for (let n = 0; n < 3; n += 1) set("key", n);

    expect(files.syncs - before).toBe(3);
  });

  it("grows with what is alive", () => {
    const files = createMemoryFiles();
    const { set, state } = counters(files);

    for (let n = 0; n < 500; n += 1) set(`key${n}`, n);

    expect(counters(copyOf(files)).state).toEqual(state);
  });

  it("can be cut off at any change to the disk while it rewrites", () => {
    for (let cut = 0; ; cut += 1) {
      const files = createMemoryFiles();
      const { set } = counters(files);
      let changes = 0;
      files.beforeChange = () => {
        changes += 1;
        if (changes > cut) throw new Error("killed");
      };
      let acknowledged = -1;
      try {
        for (let n = 0; n < 200; n += 1) {
          if (!set("key", n)) break;
          acknowledged = n;
        }
      } catch {}
      const { state } = counters(copyOf(files));

      expect(Number(state.get("key") ?? -1)).toBeGreaterThanOrEqual(acknowledged);
      expect(Number(state.get("key") ?? -1)).toBeLessThanOrEqual(acknowledged + 1);
      if (acknowledged === 199) return;
    }
  });

  it("goes on in the old file when there is no room for a second one", () => {
    const files = createMemoryFiles();
    const { set, state } = counters(files);
    for (let n = 0; n < 10; n += 1) set(`key${n}`, n);
    files.room = 1_500;

    const written = Array.from({ length: 60 }, (_, n) => set("key0", n));

    expect(written).toContain(true);
    expect([...files.contents.keys()]).toEqual([path]);
    files.room = 100_000;
    for (let n = 0; n < 60; n += 1) expect(set("key1", n)).toBe(true);
    expect(counters(copyOf(files)).state).toEqual(state);
  });

  it("forgets a rewrite that never took its place", () => {
    const files = createMemoryFiles();
    counters(files).set("key", 1);
    files.contents.set(`${path}.new`, Buffer.from("half a file"));

    const { state } = counters(files);

    expect([...state]).toEqual([["key", "1"]]);
    expect(files.contents.has(`${path}.new`)).toBe(false);
  });
});
