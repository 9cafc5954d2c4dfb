import { describe, expect, it } from "vitest";
import { DamagedStateError, DiskFullError } from "../../../../local/journal/errors.ts";
import { SegmentedLog } from "../../../../local/journal/segmentedLog.ts";
import { copyOf, createMemoryFiles, type MemoryFiles } from "../../../support/memoryFiles.ts";

function aLog(files: MemoryFiles, { sync = false } = {}) {
  const found: number[] = [];
  const log = new SegmentedLog({
    directory: "log",
    files,
    sync,
    onRecord: (record) => void found.push(Number(record.toString())),
    segmentBytes: 200,
  });
  const append = (number: number) => {
    log.makeRoom(number, 10);
    log.append([Buffer.from(String(number))]);
    return log.commit();
  };
  return { log, found, append };
}

function filled(count: number) {
  const files = createMemoryFiles();
  const written = aLog(files);
  for (let number = 0; number < count; number += 1) written.append(number);
  return { files, ...written };
}

const upTo = (count: number) => Array.from({ length: count }, (_, number) => number);

describe("a log in segments", () => {
  it("gives back all records in order, over as many files as it took", () => {
    const { files } = filled(100);

    expect(aLog(copyOf(files)).found).toEqual(upTo(100));
    expect(files.contents.size).toBeGreaterThan(5);
  });

  it("deletes files of which nothing is kept, never one that holds the first kept record", () => {
    const { files, log, append } = filled(100);

    log.keepFrom(73);
    append(100);

    const { found } = aLog(copyOf(files));
    expect(found.at(-1)).toBe(100);
    expect(found[0]).toBeLessThanOrEqual(73);
    expect(found[0]).toBeGreaterThan(50);
  });

  it("deletes only once the records that follow are written", () => {
    const { files, log } = filled(20);

    log.makeRoom(20, 10);
    log.append([Buffer.from("20")]);
    log.keepFrom(20);

    expect(aLog(copyOf(files)).found).toEqual(upTo(20));
  });

  it("goes on after a restart where it was", () => {
    const { files } = filled(30);

    aLog(files).append(30);

    expect(aLog(copyOf(files)).found).toEqual(upTo(31));
  });

  it("is left without holes when the process ends anywhere while files are deleted", () => {
    for (let cut = 0; cut < 12; cut += 1) {
      const { files, log } = filled(60);
      let changes = 0;
      files.beforeChange = () => {
        changes += 1;
        if (changes > cut) throw new Error("killed");
      };
      log.keepFrom(59);
      try {
        log.commit();
      } catch {}

      const { found } = aLog(copyOf(files));
      const [first = 60] = found;
      expect(found).toEqual(upTo(60).slice(first));
    }
  });

  it("refuses an unfinished write anywhere but in the last file, and leaves all as it is", () => {
    const { files } = filled(60);
    const [first = ""] = [...files.contents.keys()].toSorted();
    files.contents.set(first, files.contents.get(first)?.subarray(0, -50) ?? Buffer.alloc(0));
    const before = copyOf(files).contents;

    expect(() => aLog(files)).toThrow(DamagedStateError);
    expect(files.contents).toEqual(before);
  });

  it("refuses a file that holds nothing before the last one", () => {
    const { files } = filled(60);
    const [first = ""] = [...files.contents.keys()].toSorted();
    files.contents.set(first, Buffer.alloc(0));

    expect(() => aLog(files)).toThrow(DamagedStateError);
  });

  it("forces the name of each file that it begins to the disk when asked to", () => {
    const files = createMemoryFiles();
    const { append } = aLog(files, { sync: true });

    for (let number = 0; number < 20; number += 1) append(number);

    expect(files.contents.size).toBeGreaterThan(1);
    expect(files.syncedDirectories).toHaveLength(files.contents.size);
  });

  it("says that the disk is full before it takes a record", () => {
    const { files, append } = filled(3);
    files.room = 0;
    const count = () => {
      for (let number = 3; ; number += 1) append(number);
    };

    expect(count).toThrow(DiskFullError);
    const kept = aLog(copyOf(files)).found;
    expect(kept).toEqual(upTo(kept.length));
  });
});
