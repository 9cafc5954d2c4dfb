import type { BreakerStore, StoredBreaker } from "../../shared/patterns/fleetBreakers.ts";

/** The breakers' rows without a table; `down` makes it reject, `reads` and `writes` count. */
export function createMemoryBreakerStore() {
  const rows = new Map<string, StoredBreaker>();
  let versions = 0;
  const store = { down: false, reads: 0, writes: 0 };
  const port: BreakerStore = {
    async readAll() {
      store.reads++;
      if (store.down) throw new Error("no table");
      return new Map(rows);
    },
    async write(name, breaker, version) {
      store.writes++;
      if (store.down) throw new Error("no table");
      if (rows.get(name)?.version !== version) return undefined;
      const next = String(++versions);
      rows.set(name, { breaker, version: next });
      return next;
    },
  };
  return Object.assign(store, port);
}
