import type { LeasePort } from "../../../../../local/host/storage/lease.ts";

export type MemoryLease = LeasePort & {
  /** From now on nobody who holds it reaches it: renewals and releases fail. New ones may acquire it. */
  readonly cut: () => void;
};

/** A lease as a blob has it: gone when it is not renewed in time. */
export function memoryLease(now: () => number, leaseMs: number): MemoryLease {
  let held: { readonly id: string; until: number } | undefined;
  let issued = 0;
  const unreachable = new Set<string>();
  const reach = (id: string) => {
    if (unreachable.has(id)) throw new Error("not reachable");
    return held?.id === id && held.until > now() ? held : undefined;
  };
  return {
    acquire: async () => {
      if (held !== undefined && held.until > now()) return undefined;
      issued += 1;
      held = { id: String(issued), until: now() + leaseMs };
      return held.id;
    },
    renew: async (id) => {
      const own = reach(id);
      if (own !== undefined) own.until = now() + leaseMs;
      return own !== undefined;
    },
    release: async (id) => {
      if (reach(id) !== undefined) held = undefined;
    },
    cut: () => {
      if (held !== undefined) unreachable.add(held.id);
    },
  };
}
