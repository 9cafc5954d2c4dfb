import { readFileSync } from "node:fs";
import { basename } from "node:path";

const KILOBYTES_PER_MEGABYTE = 1_024;

/** Memory of other processes is read where the system offers it as files. */
export const canReadMemory = process.platform === "linux";

/** Resident memory of a process, in MB of 2^20 bytes; Linux only. */
export function residentMegabytes(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(read(pid, "status")) ?? [];
  return Number(kilobytes) / KILOBYTES_PER_MEGABYTE;
}

/** Processes that a process has started, each named after the script that it runs; Linux only. */
export function childrenOf(pid: number): { readonly pid: number; readonly name: string }[] {
  const pids = read(pid, `task/${pid}/children`).trim().split(" ").filter(Boolean).map(Number);
  return pids.map((child) => ({ pid: child, name: scriptOf(child) }));
}

function scriptOf(pid: number): string {
  const words = read(pid, "cmdline").split("\0");
  const script = words.findLast((word) => /\.[jt]s$/.test(word)) ?? words[0] ?? "";
  const [, local] = /[\\/]local[\\/](.+)$/.exec(script) ?? [];
  return local ?? basename(script);
}

function read(pid: number, file: string): string {
  return readFileSync(`/proc/${pid}/${file}`, "utf8");
}
