import type { AnyCollection } from "../../../../../local/standIns/keyed/keyedService.ts";
import { createKeyedService } from "../../../../../local/standIns/keyed/keyedService.ts";
import { createLedger } from "../../../../../local/standIns/service/ledger.ts";

/** Calls a keyed service without a socket. */
export function keyedCaller(collections: readonly AnyCollection[]) {
  const ledger = createLedger();
  const handle = createKeyedService({ collections, ledger: () => ledger, now: () => 1_000 });
  const call = (method: string, path: string, key?: string, body?: unknown) => {
    const reply = handle({
      method,
      path,
      query: new URLSearchParams(),
      headers: key === undefined ? {} : { "idempotency-key": JSON.stringify(key) },
      body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body ?? null)),
      signal: new AbortController().signal,
    });
    return { status: reply.status, answer: JSON.parse(reply.body ?? "null") as unknown };
  };
  return {
    post: (path: string, key: string | undefined, body: unknown) => call("POST", path, key, body),
    get: (path: string) => call("GET", path),
    effects: () => ledger.read().effects,
  };
}
