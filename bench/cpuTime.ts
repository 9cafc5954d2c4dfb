const MICROSECONDS = 1_000;

/** CPU time that the broker's process has taken so far, as its HTTP port tells. */
export async function brokerCpuMs(adminPort: number): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${adminPort}/cpu`);
  return total((await response.json()) as NodeJS.CpuUsage);
}

/** CPU time that this process, with its clients, has taken so far. */
export function ownCpuMs(): number {
  return total(process.cpuUsage());
}

function total({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / MICROSECONDS;
}
