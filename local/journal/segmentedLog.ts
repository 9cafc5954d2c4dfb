import { join } from "node:path";
import { DamagedStateError, DiskFullError } from "./errors.ts";
import type { Files } from "./files.ts";
import { JournalFile } from "./journalFile.ts";
import { recover } from "./recover.ts";

export type SegmentedLogOptions = {
  readonly directory: string;
  readonly files: Files;
  readonly sync: boolean;
  readonly onRecord: (record: Buffer) => void;
  /** Size, in bytes, at which a file is left and the next one begun. */
  readonly segmentBytes?: number;
  /** The first number of the file that is known to be written to: without it, the log is damaged. */
  readonly current?: number | undefined;
  /** A file with this first number is written to from now on. */
  readonly onCurrent?: (first: number) => void;
  /** By how much a file is written ahead, in bytes. */
  readonly step?: number;
};

type Segment = { readonly first: number; readonly path: string };

const DEFAULT_SEGMENT = 8 * 1024 * 1024;
const DIGITS = 16;
const NAME = /^(\d{16})\.log$/;

/**
 * A log of numbered records in files named by the first number in each, so that dropping old records is
 * deleting files. Only the last file is written to.
 */
export class SegmentedLog {
  readonly #options: SegmentedLogOptions;
  readonly #segmentBytes: number;
  #segments: Segment[];
  #current: JournalFile | undefined;
  #keepFrom = 0;
  #torn = 0;

  constructor(options: SegmentedLogOptions) {
    const { directory, files } = options;
    this.#options = options;
    this.#segmentBytes = options.segmentBytes ?? DEFAULT_SEGMENT;
    files.makeDirectory(directory);
    const firsts = files.list(directory).flatMap((name) => NAME.exec(name)?.[1] ?? []);
    this.#segments = firsts.toSorted().map((first) => this.#segment(Number(first)));
    const { current, onCurrent } = options;
    if (current !== undefined && !this.#segments.some(({ first }) => first === current)) {
      throw new DamagedStateError(`${this.#segment(current).path} is missing`);
    }
    const last = this.#segments.at(-1);
    if (!last) return;
    for (const segment of this.#segments.slice(0, -1)) this.#readLeft(segment);
    this.#current = this.#open(last, last.first === current);
    this.#torn = this.#current.torn;
    if (last.first !== current) onCurrent?.(last.first);
  }

  /** Bytes of an unfinished write that were dropped from the end on opening. */
  get torn(): number {
    return this.#torn;
  }

  /** Makes sure that records from this number on, so many bytes of them, can be written. */
  makeRoom(next: number, bytes: number): void {
    try {
      if (!this.#current || this.#current.size >= this.#segmentBytes) this.#roll(next);
    } catch (cause) {
      throw new DiskFullError(`${this.#options.directory} takes no further file`, { cause });
    }
    this.#current?.makeRoom(bytes);
  }

  /** There must be room for it. */
  append(parts: readonly Buffer[]): void {
    if (!this.#current) throw new Error("append without room");
    this.#current.append(parts);
  }

  /** Records before this number may go: with the next commit, so that what follows them is there first. */
  keepFrom(first: number): void {
    this.#keepFrom = Math.max(this.#keepFrom, first);
  }

  commit(): boolean {
    if (this.#current && !this.#current.commit()) return false;
    for (;;) {
      const [oldest, second] = this.#segments;
      if (!oldest || !second || second.first > this.#keepFrom) return true;
      this.#options.files.remove(oldest.path);
      this.#segments.shift();
    }
  }

  close(): void {
    this.#current?.close();
  }

  #roll(next: number): void {
    const left = this.#current;
    if (left && !left.commit()) throw new Error("the last file is full");
    const segment = this.#segment(next);
    const journal = this.#open(segment);
    left?.close();
    this.#segments.push(segment);
    this.#current = journal;
    this.#options.onCurrent?.(next);
  }

  /** A file that was left is whole, and stays as it is. */
  #readLeft({ path }: Segment): void {
    const { files, onRecord } = this.#options;
    const file = files.open(path);
    try {
      const { end, torn } = recover({ file, path, files }, onRecord);
      if (end === 0 || torn > 0) throw new DamagedStateError(`${path} is damaged`);
    } finally {
      files.close(file);
    }
  }

  #segment(first: number): Segment {
    const name = `${String(first).padStart(DIGITS, "0")}.log`;
    return { first, path: join(this.#options.directory, name) };
  }

  #open({ path }: Segment, begun = false): JournalFile {
    return new JournalFile({ ...this.#options, path, begun, reserve: 0 });
  }
}
