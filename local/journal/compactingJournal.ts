import { JournalFile, type JournalOptions } from "./journalFile.ts";

export type CompactingOptions = JournalOptions & {
  /** Records that make up the present state, as parts; applied in order they rebuild it. */
  readonly snapshot: () => Iterable<readonly Buffer[]>;
  /** Below this size, in bytes, a file is never rewritten. */
  readonly floor?: number;
};

const DEFAULT_FLOOR = 16 * 1024 * 1024;

/** Bytes of a snapshot that are written at a time. */
const SNAPSHOT_FRAME = 1024 * 1024;

/**
 * A journal that does not grow for ever: once it is more than twice the state it stands for, the state is
 * written to a second file, which then takes its place. Each byte is so rewritten about once; a crash on
 * the way leaves the old file as it was.
 */
export class CompactingJournal {
  readonly #options: CompactingOptions;
  readonly #floor: number;
  #current: JournalFile;
  #compactAt: number;
  /** Set when a rewrite failed between the files: nothing written from then on would be found again. */
  #broken: unknown;

  constructor(options: CompactingOptions) {
    this.#options = options;
    this.#floor = options.floor ?? DEFAULT_FLOOR;
    options.files.remove(this.#newPath); // of a rewrite that never took its place
    this.#current = new JournalFile(options);
    this.#compactAt = Math.max(this.#floor, this.#current.size);
  }

  get torn(): number {
    return this.#current.torn;
  }

  get size(): number {
    return this.#current.size;
  }

  makeRoom(bytes: number): void {
    this.#current.makeRoom(bytes);
  }

  append(parts: readonly Buffer[]): void {
    this.#current.append(parts);
  }

  /** As {@link JournalFile.commit}; rewrites the file when it is time. */
  commit(): boolean {
    if (this.#broken !== undefined) throw this.#broken;
    if (!this.#current.commit()) return false;
    if (this.#current.size > this.#compactAt) this.#compact();
    return true;
  }

  close(): void {
    this.#current.close();
  }

  get #newPath(): string {
    return `${this.#options.path}.new`;
  }

  #compact(): void {
    const next = this.#write();
    if (!next) {
      // No room for a second file: go on with the first, and try again when it has grown by as much.
      this.#compactAt = this.#current.size + this.#floor;
      return;
    }
    try {
      this.#current.abandon(); // Windows replaces no file that is open
      next.moveTo(this.#options.path);
    } catch (error) {
      this.#broken = error;
      throw error;
    }
    this.#current = next;
    this.#compactAt = 2 * next.size + this.#floor;
  }

  #write(): JournalFile | undefined {
    const { files, snapshot } = this.#options;
    const path = this.#newPath;
    let next: JournalFile | undefined;
    try {
      next = new JournalFile({ ...this.#options, path, begun: false, onRecord: () => {} });
      let bytes = 0;
      for (const parts of snapshot()) {
        next.append(parts);
        for (const { length } of parts) bytes += length;
        if (bytes < SNAPSHOT_FRAME) continue;
        if (!next.commit()) throw new Error("no room");
        bytes = 0;
      }
      if (!next.commit()) throw new Error("no room");
      return next;
    } catch {
      next?.abandon();
      files.remove(path);
      return undefined;
    }
  }
}
