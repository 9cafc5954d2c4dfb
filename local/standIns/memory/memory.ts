/** What one stand-in remembers. */
export type Memory = {
  /**
   * The map of that name, with what it held when the last process ended. Values are plain JSON and are
   * replaced, never changed in place: only `set` and `delete` are remembered.
   */
  readonly mapNamed: <V>(name: string) => Map<string, V>;
  /** Forgets everything. What is still written to maps handed out before goes nowhere. */
  readonly clear: () => void;
};

/** What all stand-ins of a process remember. */
export type Memories = {
  readonly of: (standIn: string) => Memory;
  /** Throws a DiskFullError when what a call with so many bytes changes might find no room. */
  readonly makeRoom: (bytes: number) => void;
  /** To be called before anything that tells of a change leaves the process. */
  readonly commit: () => void;
  readonly close: () => void;
};

/** Remembers as long as the process lives. */
export const processMemory: Memory = { mapNamed: () => new Map(), clear: () => {} };

/** The same for all stand-ins. */
export const processMemories: Memories = {
  of: () => processMemory,
  makeRoom: () => {},
  commit: () => {},
  close: () => {},
};
