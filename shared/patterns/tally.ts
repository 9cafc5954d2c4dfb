import type { Clock } from "./clock.ts";

export type TallyOptions = {
  readonly everyMs: number;
  readonly clock: Pick<Clock, "sleep">;
  readonly tell: (name: string, count: number) => void;
};

/**
 * Counts under names, and tells the sums `everyMs` after the first was counted: whoever counts calls nobody and waits for
 * nothing. What is counted in a process's last moments is not told.
 */
export function createTally({ everyMs, clock, tell }: TallyOptions): (name: string) => void {
  let counts = new Map<string, number>();
  const tellAll = () => {
    const told = counts;
    counts = new Map();
    for (const [name, count] of told) tell(name, count);
  };
  return function count(name) {
    if (counts.size === 0) void clock.sleep(everyMs).then(tellAll);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  };
}
