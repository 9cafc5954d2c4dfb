import type { CacheClient } from "@aws-lambda-powertools/idempotency/cache/types";

const MS_PER_SECOND = 1_000;

type Entry = { readonly value: string; readonly expiresAt: number };

/** What the library asks of Valkey and Redis, in memory: SET with NX and EX, GET, DEL. Expiry by the machine's clock. */
export function createMemoryCache() {
  const entries = new Map<string, Entry>();
  let calls = 0;
  let losing = false;

  const live = (key: string): Entry | undefined => {
    const entry = entries.get(key);
    return entry !== undefined && entry.expiresAt > Date.now() ? entry : undefined;
  };

  const client: CacheClient = {
    async get(key) {
      calls++;
      return live(key)?.value ?? null;
    },
    async set(name, value, options) {
      calls++;
      const key = String(name);
      const { EX, NX = false } = options as { readonly EX: number; readonly NX?: boolean };
      const free = !NX || live(key) === undefined;
      if (free) {
        entries.set(key, { value: String(value), expiresAt: Date.now() + EX * MS_PER_SECOND });
      }
      if (losing) {
        losing = false;
        throw new Error("the connection was cut");
      }
      return free ? "OK" : null;
    },
    async del(keys) {
      calls++;
      return keys.filter((key) => entries.delete(key)).length;
    },
  };

  return {
    client,
    calls: () => calls,
    loseNextAnswer: () => {
      losing = true;
    },
  };
}
