/** What shall go wrong with a queue's next deliveries; all 0 unless a test asks (local/faults/). */
export type PlannedFaults = {
  /** Completions that are confirmed without effect. */
  duplicates: number;
  /** Dispositions that nobody hears of. */
  lostDispositions: number;
  /** Messages that are delivered last first. */
  reversed: number;
  /** Delays under way: nothing is delivered meanwhile. */
  heldBack: number;
};

export function noFaults(): PlannedFaults {
  return { duplicates: 0, lostDispositions: 0, reversed: 0, heldBack: 0 };
}

/** True, and one less to come, where this fault is planned. */
export function strikes(planned: PlannedFaults, fault: "duplicates" | "lostDispositions"): boolean {
  if (planned[fault] === 0) return false;
  planned[fault] -= 1;
  return true;
}
