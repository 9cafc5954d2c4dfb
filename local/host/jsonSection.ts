import { StartUpError } from "./startUpError.ts";
import { parseTimeSpanMs } from "./timeSpan.ts";

/** An object of host.json: its members by name, each checked when it is read. Absent ones have the fallback. */
export type Section = {
  readonly names: () => readonly string[];
  readonly section: (name: string) => Section;
  readonly text: (name: string, fallback: string) => string;
  readonly flag: (name: string, fallback: boolean) => boolean;
  /** A whole number of at least 1, unless another least one is given. */
  readonly count: (name: string, fallback: number, least?: number) => number;
  readonly duration: (name: string, fallbackMs: number, leastMs?: number) => number;
  readonly error: (name: string, problem: string) => StartUpError;
};

/** Reads a value as such an object; `path` names it in errors. Throws where it is none. */
export function section(value: unknown, path: string): Section {
  const at = (name: string) => (path === "" ? name : `${path}.${name}`);
  const error = (name: string, problem: string) =>
    new StartUpError(`host.json: ${at(name)} ${problem}.`);
  if (value !== undefined && (typeof value !== "object" || value === null)) {
    throw new StartUpError(`host.json: ${path === "" ? "its content" : path} is no object.`);
  }
  const members = new Map(Object.entries(value ?? {}));
  return {
    names: () => [...members.keys()],
    section: (name) => section(members.get(name), at(name)),
    text: (name, fallback) => {
      const found = members.get(name) ?? fallback;
      if (typeof found !== "string") throw error(name, "is not a string");
      return found;
    },
    flag: (name, fallback) => {
      const found = members.get(name) ?? fallback;
      if (typeof found !== "boolean") throw error(name, "is neither true nor false");
      return found;
    },
    count: (name, fallback, least = 1) => {
      const found = members.get(name) ?? fallback;
      if (typeof found !== "number" || !Number.isInteger(found) || found < least) {
        throw error(name, `is not a whole number of at least ${least}`);
      }
      return found;
    },
    duration: (name, fallbackMs, leastMs = 0) => {
      const found = members.get(name);
      if (found === undefined) return fallbackMs;
      const ms = typeof found === "string" ? parseTimeSpanMs(found) : undefined;
      if (ms === undefined || ms < leastMs) throw error(name, 'is no duration like "00:00:30"');
      return ms;
    },
    error,
  };
}
