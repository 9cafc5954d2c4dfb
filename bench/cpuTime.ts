import { readFileSync } from "node:fs";

const MICROSECONDS = 1_000;
/** What Linux counts in, whatever the machine. */
const TICKS_A_SECOND = 100;

/** CPU time that the broker's process has taken so far, as its HTTP port tells. */
export async function brokerCpuMs(adminPort: number): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${adminPort}/cpu`);
  return total((await response.json()) as NodeJS.CpuUsage);
}

/** CPU time that a process has taken so far; Linux only. */
export function cpuMsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The second field is a name in parentheses; user and system time are the fields 14 and 15 (proc_pid_stat(5)).
  const [user, system] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, 13);
  return ((Number(user) + Number(system)) * 1_000) / TICKS_A_SECOND;
}

/** CPU time that this process, with its clients, has taken so far. */
export function ownCpuMs(): number {
  return total(process.cpuUsage());
}

function total({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / MICROSECONDS;
}
