import type { Files } from "../../local/journal/files.ts";

export type MemoryFiles = Files & {
  /** What the files hold now, as they would be found after a crash of the process. */
  readonly contents: Map<string, Buffer>;
  /** Bytes that the disk still takes; growing a file beyond throws ENOSPC after a part of it. */
  room: number;
  /** Called before each change; throws to stand for a fault or the end of the process there. */
  beforeChange: (what: string) => void;
  /** How often content was forced to the disk. */
  syncs: number;
  /** Directories whose names were forced to the disk, in order. */
  readonly syncedDirectories: string[];
};

/** A file system in memory, which can be full, fail, and be looked at between any two calls. */
export function createMemoryFiles(contents = new Map<string, Buffer>()): MemoryFiles {
  const open = new Map<number, string>();
  let last = 0;
  const pathOf = (file: number) => {
    const path = open.get(file);
    if (path === undefined) throw new Error(`EBADF: ${file}`);
    return path;
  };
  const contentOf = (file: number) => contents.get(pathOf(file)) ?? Buffer.alloc(0);
  const grown = (bytes: Buffer, size: number) =>
    size <= bytes.length ? bytes : Buffer.concat([bytes, Buffer.alloc(size - bytes.length)]);

  const files: MemoryFiles = {
    contents,
    room: Number.POSITIVE_INFINITY,
    beforeChange: () => {},
    syncs: 0,
    syncedDirectories: [],
    open: (path) => {
      if (!contents.has(path)) {
        files.beforeChange("create");
        contents.set(path, Buffer.alloc(0));
      }
      last += 1;
      open.set(last, path);
      return last;
    },
    size: (file) => contentOf(file).length,
    read: (file, into, position) => contentOf(file).copy(into, 0, position),
    write: (file, bytes, position) => {
      files.beforeChange("write");
      const content = contentOf(file);
      const growth = Math.max(0, position + bytes.length - content.length);
      const taken = bytes.length - Math.max(0, growth - files.room);
      const next = grown(content, position + taken);
      bytes.copy(next, position, 0, taken);
      contents.set(pathOf(file), next);
      files.room -= Math.min(growth, files.room);
      if (taken < bytes.length) throw Object.assign(new Error("ENOSPC"), { code: "ENOSPC" });
    },
    truncate: (file, size) => {
      files.beforeChange("truncate");
      const content = contentOf(file);
      files.room += Math.max(0, content.length - size);
      contents.set(pathOf(file), Buffer.from(grown(content, size).subarray(0, size)));
    },
    sync: () => {
      files.syncs += 1;
    },
    close: (file) => void open.delete(file),
    rename: (from, to) => {
      files.beforeChange("rename");
      contents.set(to, contents.get(from) ?? Buffer.alloc(0));
      contents.delete(from);
      for (const [file, path] of open) if (path === from) open.set(file, to);
    },
    remove: (path) => {
      if (!contents.has(path)) return;
      files.beforeChange("remove");
      files.room += contents.get(path)?.length ?? 0;
      contents.delete(path);
    },
    list: (directory) => [
      ...new Set(
        [...contents.keys()]
          .map((path) => path.replaceAll("\\", "/"))
          .filter((path) => path.startsWith(`${directory.replaceAll("\\", "/")}/`))
          .map((path) => path.slice(directory.length + 1).split("/")[0] ?? ""),
      ),
    ],
    makeDirectory: () => {},
    syncDirectory: (directory) => void files.syncedDirectories.push(directory),
  };
  return files;
}

/** A copy of what the files hold, as another process would find it. */
export function copyOf({ contents }: MemoryFiles): MemoryFiles {
  return createMemoryFiles(
    new Map([...contents].map(([path, bytes]) => [path, Buffer.from(bytes)])),
  );
}
