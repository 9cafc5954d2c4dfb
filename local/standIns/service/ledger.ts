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

/**
 * What a stand-in saw and did, for a judge who trusts nobody's word. Append-only: an entry is never
 * removed; a call's status is filled in once, when its answer goes out.
 */
export function createLedger() {
  const effects: Effect[] = [];
  const calls: CallEntry[] = [];
  return {
    record: (effect: Effect) => {
      effects.push(effect);
    },
    /** Returns how to note the status that was answered. */
    arrived: (call: Omit<CallEntry, "status">) => {
      const index = calls.push({ ...call, status: null }) - 1;
      return (status: number) => {
        calls[index] = { ...call, status };
      };
    },
    read: () => ({ effects: [...effects], calls: [...calls] }),
  };
}

export type Ledger = ReturnType<typeof createLedger>;
