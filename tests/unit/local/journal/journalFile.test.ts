import { describe, expect, it } from "vitest";
import { DamagedStateError, DiskFullError } from "../../../../local/journal/errors.ts";
import { JournalFile } from "../../../../local/journal/journalFile.ts";
import { MAGIC } from "../../../../local/journal/recover.ts";
import { copyOf, createMemoryFiles, type MemoryFiles } from "../../../support/memoryFiles.ts";

const path = "a.journal";

function open(files: MemoryFiles, options: { sync?: boolean; reserve?: number } = {}) {
  const records: string[] = [];
  const journal = new JournalFile({
    path,
    files,
    sync: options.sync ?? false,
    onRecord: (record) => void records.push(record.toString()),
    step: 64,
    reserve: options.reserve ?? 0,
  });
  return { journal, records };
}

function write(files: MemoryFiles, batches: readonly (readonly string[])[]): void {
  const { journal } = open(files);
  for (const batch of batches) {
    for (const record of batch) journal.append([Buffer.from(record)]);
    journal.commit();
  }
  journal.close();
}

const found = (files: MemoryFiles) => open(files).records;
const content = (files: MemoryFiles) => files.contents.get(path) ?? Buffer.alloc(0);

describe("a journal file", () => {
  it("gives back the records of every commit in their order", () => {
    const files = createMemoryFiles();

    write(files, [["one", "two"], ["three"]]);
    write(files, [["", "four"]]);

    expect(found(files)).toEqual(["one", "two", "three", "", "four"]);
  });

  it("keeps what was committed when the process ends without closing", () => {
    const files = createMemoryFiles();
    const { journal } = open(files);
    journal.append([Buffer.from("kept")]);
    journal.commit();
    journal.append([Buffer.from("never committed")]);

    expect(found(copyOf(files))).toEqual(["kept"]);
  });

  it("drops a write that was cut at any byte, whole, and goes on behind the one before", () => {
    const files = createMemoryFiles();
    write(files, [["first"]]);
    const start = content(files).length;
    write(files, [["second", "third"]]);
    const whole = content(files);

    for (let cut = start; cut < whole.length; cut += 1) {
      for (const ahead of [0, 40]) {
        const torn = createMemoryFiles();
        torn.contents.set(path, Buffer.concat([whole.subarray(0, cut), Buffer.alloc(ahead)]));
        expect(found(torn)).toEqual(["first"]);
        write(torn, [["fourth"]]);
        expect(found(torn)).toEqual(["first", "fourth"]);
      }
    }
  });

  it("begins anew in a file whose maker was cut at any byte of its first words", () => {
    for (let cut = 0; cut < MAGIC.length; cut += 1) {
      const files = createMemoryFiles();
      files.contents.set(path, Buffer.from(MAGIC.subarray(0, cut)));

      write(files, [["first"]]);

      expect(found(files)).toEqual(["first"]);
    }
  });

  it("says how much of an unfinished write it dropped", () => {
    const files = createMemoryFiles();
    write(files, [["first"], ["second"]]);
    files.contents.set(path, Buffer.from(content(files).subarray(0, -2)));

    expect(open(files).journal.torn).toBe(20);
  });

  it("refuses a file in which any bit before the last write is wrong, and leaves it as it is", () => {
    const files = createMemoryFiles();
    write(files, [["first"], ["second"]]);
    const last = content(files).length;
    write(files, [["third"]]);
    const whole = content(files);

    for (let bit = 0; bit < last * 8; bit += 1) {
      const damaged = createMemoryFiles();
      const bytes = Buffer.from(whole);
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      damaged.contents.set(path, Buffer.from(bytes));

      expect(() => open(damaged)).toThrow(DamagedStateError);
      expect(content(damaged)).toEqual(bytes);
    }
  });

  it.each([0, 1, 16, 5_000_000])("begins anew in a file of %i zeros", (size) => {
    const files = createMemoryFiles();
    files.contents.set(path, Buffer.alloc(size));

    write(files, [["first"]]);

    expect(found(files)).toEqual(["first"]);
  });

  it("refuses a file whose first bytes were wiped, and leaves it as it is", () => {
    const files = createMemoryFiles();
    write(files, [["first"]]);
    content(files).fill(0, 0, MAGIC.length);
    const wiped = Buffer.from(content(files));

    expect(() => open(files)).toThrow(DamagedStateError);
    expect(content(files)).toEqual(wiped);
  });

  it("refuses a record that its reader does not know, naming the file", () => {
    const files = createMemoryFiles();
    write(files, [["strange"]]);
    const read = () =>
      new JournalFile({
        path,
        files,
        sync: false,
        onRecord: () => {
          throw new Error("kind 9 is unknown");
        },
      });

    expect(read).toThrow(DamagedStateError);
    expect(read).toThrow(/^a\.journal .*kind 9 is unknown$/);
  });

  it.each([
    ["missing", undefined],
    ["empty", ""],
    ["empty", "\0\0\0"],
  ])("refuses a file that was begun and is %s (%j)", (reason, bytes) => {
    const files = createMemoryFiles();
    if (bytes !== undefined) files.contents.set("state/a.journal", Buffer.from(bytes));
    const before = copyOf(files).contents;
    const again = () =>
      new JournalFile({
        path: "state/a.journal",
        files,
        sync: false,
        begun: true,
        onRecord: () => {},
      });

    expect(again).toThrow(DamagedStateError);
    expect(again).toThrow(`state/a.journal is ${reason}`);
    expect(files.contents).toEqual(before);
  });

  it.each([
    ["another program's file", Buffer.from("SQLite format 3\0 and so on"), "is not a journal"],
    ["a newer version", Buffer.concat([MAGIC.subarray(0, -1), Buffer.of(3)]), "another version"],
  ])("refuses %s in one line", (_what, bytes, message) => {
    const files = createMemoryFiles();
    files.contents.set(path, bytes);

    expect(() => open(files)).toThrow(new RegExp(`^a\\.journal .*${message}.*$`));
  });

  it("reads records that are larger than what it reads at a time", () => {
    const files = createMemoryFiles();
    const large = "x".repeat(9 * 1024 * 1024);

    write(files, [["small", large], ["after"]]);

    expect(found(files).map(({ length }) => length)).toEqual([5, large.length, 5]);
  });

  it("says that the disk is full before anything is appended, and recovers when it is not any more", () => {
    const files = createMemoryFiles();
    const { journal } = open(files);
    files.room = 100;

    expect(() => journal.makeRoom(500)).toThrow(DiskFullError);
    files.room = 1_000;
    journal.makeRoom(500);
    files.room = 0;
    journal.append([Buffer.alloc(500, "x")]);
    expect(journal.commit()).toBe(true);

    expect(found(copyOf(files))).toEqual(["x".repeat(500)]);
  });

  it("writes small records on a full disk while its reserve lasts", () => {
    const files = createMemoryFiles();
    const { journal } = open(files, { reserve: 200 });
    journal.makeRoom(10);
    files.room = 0;
    const commit = () => {
      journal.append([Buffer.from("settled")]);
      return journal.commit();
    };

    const written = Array.from({ length: 12 }, commit);
    const onDisk = found(copyOf(files)).length;
    files.room = 1_000;
    journal.commit();

    expect(written).toContain(true);
    expect(written.at(-1)).toBe(false);
    expect(onDisk).toBe(written.filter(Boolean).length);
    expect(found(copyOf(files))).toHaveLength(12);
  });

  it("can repeat a commit whose write failed half-way", () => {
    const files = createMemoryFiles();
    const { journal } = open(files);
    journal.append([Buffer.from("kept")]);
    files.beforeChange = () => {
      throw new Error("EIO");
    };
    expect(() => journal.commit()).not.toThrow(); // growing fails: as on a full disk
    files.beforeChange = () => {};
    journal.makeRoom(10);
    files.beforeChange = () => {
      throw new Error("EIO");
    };

    expect(() => journal.commit()).toThrow("EIO");
    files.beforeChange = () => {};
    journal.commit();

    expect(found(copyOf(files))).toEqual(["kept"]);
  });

  it.each([
    [true, 3],
    [false, 0],
  ])("forces each commit to the disk when asked to (%s)", (sync, expected) => {
    const files = createMemoryFiles();
    const { journal } = open(files, { sync });
    const before = files.syncs;

    for (const record of ["a", "b", "c"]) {
      journal.append([Buffer.from(record)]);
      journal.commit();
    }

    expect(files.syncs - before).toBe(expected);
  });
});
