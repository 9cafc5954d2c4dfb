import type { Arena } from "./arena.ts";
import { queuesOf } from "./queues.ts";
import { hasEnded } from "./systemJobs.ts";
import { countRows } from "./tableRows.ts";

const POLL_MS = 100;

/** What is still under way; empty when nothing is. */
async function underWay(arena: Arena): Promise<string[]> {
  const queues = (await queuesOf(arena))
    .filter(({ active, locked, scheduled }) => active + locked + scheduled > 0)
    .map(
      ({ name, active, locked, scheduled }) =>
        `queue ${name} (active ${active}, locked ${locked}, scheduled ${scheduled})`,
    );
  const [kept, uncertain, jobs] = await Promise.all([
    countRows(arena, "intake", "outbox"),
    countRows(arena, "reconciliation", "uncertain"),
    arena.world.standIns.systemJobs(),
  ]);
  const running = jobs.filter((job) => !hasEnded(job));
  return [
    ...queues,
    ...(kept > 0 ? [`${kept} rows of the outbox`] : []),
    ...(uncertain > 0 ? [`${uncertain} calls of unknown outcome`] : []),
    ...(running.length > 0 ? [`${running.length} system jobs`] : []),
  ];
}

/** Waits until nothing is under way, for so long at most; tells what still is. */
export async function drained(arena: Arena, limitMs: number): Promise<string[]> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const left = await underWay(arena);
    if (left.length === 0 || performance.now() > deadline) return left;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
