import {
  closeSync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";

/** What journals need of a file system: synchronous, so that a change is written before anyone hears of it. */
export type Files = {
  /** Opens for reading and writing; makes the file where there is none. */
  readonly open: (path: string) => number;
  readonly size: (file: number) => number;
  /** Answers how many bytes there were to read. */
  readonly read: (file: number, into: Buffer, position: number) => number;
  /** Writes all of it or throws. */
  readonly write: (file: number, bytes: Buffer, position: number) => void;
  readonly truncate: (file: number, size: number) => void;
  /** Returns when the content has reached the disk itself. */
  readonly sync: (file: number) => void;
  readonly close: (file: number) => void;
  readonly rename: (from: string, to: string) => void;
  /** No error where there is nothing. */
  readonly remove: (path: string) => void;
  readonly list: (directory: string) => readonly string[];
  /** With all above it; no error where it is. Its name outlives a power cut, as by `syncDirectory`. */
  readonly makeDirectory: (directory: string) => void;
  /** Makes what happened to the directory's names outlive a power cut, where the system can. */
  readonly syncDirectory: (directory: string) => void;
};

export const nodeFiles: Files = {
  open: (path) => {
    try {
      return openSync(path, "r+");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      return openSync(path, "wx+");
    }
  },
  size: (file) => fstatSync(file).size,
  read: (file, into, position) => {
    let done = 0;
    while (done < into.length) {
      const count = readSync(file, into, done, into.length - done, position + done);
      if (count === 0) break;
      done += count;
    }
    return done;
  },
  write: (file, bytes, position) => {
    // A disk that fills up takes the first part only; the next call then says why.
    for (let done = 0; done < bytes.length; ) {
      done += writeSync(file, bytes, done, bytes.length - done, position + done);
    }
  },
  truncate: ftruncateSync,
  sync: fdatasyncSync,
  close: closeSync,
  rename: renameSync,
  remove: (path) => rmSync(path, { recursive: true, force: true }),
  list: (directory) => readdirSync(directory),
  makeDirectory: (directory) => {
    const first = mkdirSync(directory, { recursive: true });
    if (first === undefined) return;
    for (let made = directory; made.length >= first.length; made = dirname(made)) {
      nodeFiles.syncDirectory(dirname(made));
    }
  },
  syncDirectory: (directory) => {
    if (process.platform === "win32") return; // directories cannot be opened there
    const handle = openSync(directory, "r");
    try {
      fdatasyncSync(handle);
    } finally {
      closeSync(handle);
    }
  },
};
