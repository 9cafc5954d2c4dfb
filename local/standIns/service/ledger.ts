/** Something that happened for good, once. */
export type Effect = {
  readonly at: number;
  readonly key: string | null;
  readonly kind: string;
  readonly body: unknown;
  readonly answer: unknown;
};

/** A request that reached the socket; `status` null = cut, or not answered yet. */
export type CallEntry = {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly key: string | null;
  readonly status: number | null;
};

/** How many effects of earlier processes are taken over: enough to look back, and the file stays bounded. */
const TAKEN_OVER = 10_000;

/**
 * What a stand-in saw and did, for a judge who trusts nobody's word. Append-only: an entry is never
 * removed; a call's status is filled in once, when its answer goes out. Calls are of this process only.
 */
export function createLedger(effects: Map<string, Effect> = new Map()) {
  let last = Number([...effects.keys()].at(-1) ?? 0);
  for (const key of effects.keys()) {
    if (effects.size <= TAKEN_OVER) break;
    effects.delete(key);
  }
  const calls: CallEntry[] = [];
  return {
    record: (effect: Effect) => {
      last += 1;
      effects.set(String(last), effect);
    },
    /** Returns how to note the status that was answered. */
    arrived: (call: Omit<CallEntry, "status">) => {
      const index = calls.push({ ...call, status: null }) - 1;
      return (status: number) => {
        calls[index] = { ...call, status };
      };
    },
    read: () => ({ effects: [...effects.values()], calls: [...calls] }),
  };
}

export type Ledger = ReturnType<typeof createLedger>;
