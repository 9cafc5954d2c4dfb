import type { LogEntry } from "./evidence.ts";

const START = /^\[(?<at>[^\]]+)\] (?<level>\w+) (?<category>[^:]+): (?<text>.*)$/;

/** Lines of output → entries of the log: a line that begins no entry goes on with its process's last one. */
export function logEntries(
  lines: readonly { readonly process: string; readonly line: string }[],
): LogEntry[] {
  const entries: { -readonly [Key in keyof LogEntry]: LogEntry[Key] }[] = [];
  const last = new Map<string, (typeof entries)[number]>();
  for (const { process, line } of lines) {
    const { at, level, category, text } = START.exec(line)?.groups ?? {};
    const open = last.get(process);
    if (at === undefined) {
      if (open !== undefined) open.text += `\n${line}`;
      continue;
    }
    const entry = {
      process,
      at: Date.parse(at),
      level: level ?? "",
      category: category ?? "",
      text: text ?? "",
    };
    entries.push(entry);
    last.set(process, entry);
  }
  return entries;
}
