import { basename, dirname } from "node:path";
import { DamagedStateError, DiskFullError } from "./errors.ts";
import type { Files } from "./files.ts";
import { FRAME_HEADER, sealFrame } from "./frame.ts";
import { RECORD_HEADER } from "./record.ts";
import { MAGIC, recover } from "./recover.ts";

export type JournalOptions = {
  readonly path: string;
  readonly files: Files;
  /** Whether a commit returns only when the disk itself has the bytes. */
  readonly sync: boolean;
  /** Gets each record that the file holds; views of buffers that nobody else writes to. */
  readonly onRecord: (record: Buffer) => void;
  /** By how much the file is written ahead, in bytes. */
  readonly step?: number;
  /** Whether the file is known to have been begun: one that is missing or empty is damage, then. */
  readonly begun?: boolean | undefined;
  /** Kept free for records that nobody asks room for. */
  readonly reserve?: number;
};

const defaults = { step: 1024 * 1024, reserve: 512 * 1024 };

/** Larger buffers are given back after their commit. */
const KEPT_BUFFER = 1024 * 1024;

/**
 * An append-only file of records. `append` only remembers; `commit` writes all that was remembered as one
 * frame, which survives whole or not at all. The file is written ahead with zeros, so that a full disk
 * shows before a change is made (`makeRoom`) and small changes still find room then.
 */
export class JournalFile {
  /** Bytes of an unfinished write that were found at the end, and dropped, on opening. */
  readonly torn: number;
  #path: string;
  readonly #files: Files;
  readonly #sync: boolean;
  readonly #step: number;
  readonly #reserve: number;
  readonly #file: number;
  #end: number;
  #allocated: number;
  /** The frame in the making, its header left free. */
  #buffer = Buffer.allocUnsafe(64 * 1024);
  #length = FRAME_HEADER;

  constructor(options: JournalOptions) {
    const { path, files, begun = false } = options;
    this.#path = path;
    this.#files = files;
    this.#sync = options.sync;
    this.#step = options.step ?? defaults.step;
    this.#reserve = options.reserve ?? defaults.reserve;
    if (begun && !files.list(dirname(path)).includes(basename(path))) {
      throw new DamagedStateError(`${path} is missing`);
    }
    this.#file = files.open(path);
    try {
      const { end, torn } = recover({ file: this.#file, path, files }, options.onRecord);
      if (begun && end === 0) throw new DamagedStateError(`${path} is empty`);
      this.torn = torn;
      this.#end = end;
      this.#allocated = files.size(this.#file);
      if (torn > 0) this.#cut();
      if (end === 0) this.#begin();
    } catch (error) {
      files.close(this.#file);
      throw error;
    }
  }

  /** Bytes written and waiting to be. */
  get size(): number {
    return this.#end + (this.isDirty ? this.#length : 0);
  }

  get isDirty(): boolean {
    return this.#length > FRAME_HEADER;
  }

  /** Makes sure that the disk takes a record of so many bytes; throws a DiskFullError when it does not. */
  makeRoom(bytes: number): void {
    const needed = this.#end + this.#length + RECORD_HEADER + bytes + this.#reserve;
    if (needed <= this.#allocated) return;
    try {
      this.#extend(needed);
    } catch (error) {
      throw new DiskFullError(`${this.#path} cannot grow`, { cause: error });
    }
  }

  append(parts: readonly Buffer[]): void {
    const bytes = parts.reduce((total, { length }) => total + length, 0);
    this.#fit(this.#length + RECORD_HEADER + bytes);
    this.#length = this.#buffer.writeUInt32LE(bytes, this.#length);
    for (const part of parts) this.#length += part.copy(this.#buffer, this.#length);
  }

  /**
   * Writes what was appended. Throws what the write throws, and can then be called again. Where the disk
   * is full and even the reserve is used up, it returns false: the records stay in memory for the next time.
   */
  commit(): boolean {
    if (!this.isDirty) return true;
    if (this.#end + this.#length > this.#allocated) {
      try {
        this.#extend(this.#end + this.#length);
      } catch {
        return false;
      }
    }
    const frame = this.#buffer.subarray(0, this.#length);
    sealFrame(frame);
    this.#files.write(this.#file, frame, this.#end);
    if (this.#sync) this.#files.sync(this.#file);
    this.#end += this.#length;
    this.#length = FRAME_HEADER;
    if (this.#buffer.length > KEPT_BUFFER) this.#buffer = Buffer.allocUnsafe(KEPT_BUFFER);
    return true;
  }

  /** Commits, gives back what was written ahead, and closes. */
  close(): void {
    try {
      this.commit();
      this.#cut();
    } finally {
      this.#files.close(this.#file);
    }
  }

  /** Closes without a word: the file is about to be removed. */
  abandon(): void {
    this.#files.close(this.#file);
  }

  /** Takes the place of whatever has that name, at once and for good. */
  moveTo(path: string): void {
    this.#cut();
    this.#files.sync(this.#file);
    this.#files.rename(this.#path, path);
    this.#files.syncDirectory(dirname(path));
    this.#path = path;
  }

  #begin(): void {
    this.#files.truncate(this.#file, 0);
    this.#files.write(this.#file, MAGIC, 0);
    if (this.#sync) {
      this.#files.sync(this.#file);
      this.#files.syncDirectory(dirname(this.#path));
    }
    this.#end = MAGIC.length;
    this.#allocated = MAGIC.length;
  }

  #cut(): void {
    this.#files.truncate(this.#file, this.#end);
    if (this.#sync) this.#files.sync(this.#file);
    this.#allocated = this.#end;
  }

  /** Zeros, since an empty hole takes no room on the disk until it is too late. */
  #extend(needed: number): void {
    const target = Math.ceil(needed / this.#step) * this.#step;
    try {
      this.#files.write(this.#file, Buffer.alloc(target - this.#allocated), this.#allocated);
      this.#allocated = target;
    } catch (error) {
      // What there was room for may do.
      this.#allocated = Math.max(this.#allocated, this.#files.size(this.#file));
      if (this.#allocated < needed) throw error;
    }
  }

  #fit(bytes: number): void {
    if (bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(bytes, 2 * this.#buffer.length));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}
