import { hash, timingSafeEqual } from "node:crypto";
import type { AuthLevel } from "../functions.ts";

export type Keys = { readonly master: string; readonly function: string };

export type Authorize = (
  level: AuthLevel,
  header: string | readonly string[] | undefined,
  query: URLSearchParams,
) => boolean;

/**
 * Whether a request may call a function of that level. The key comes from header `x-functions-key`, else
 * from `?code=`. The master key opens everything, the function key level `function` only. Keys are compared
 * as digests in constant time. `noAuth` lets every request through, as `func start` does.
 */
export function createAuthorize(keys: Keys, noAuth: boolean): Authorize {
  const master = digest(keys.master);
  const functionKey = digest(keys.function);
  return (level, header, query) => {
    if (noAuth || level === "anonymous") return true;
    const given = typeof header === "string" ? header : (header?.[0] ?? query.get("code"));
    if (!given) return false;
    const actual = digest(given);
    const isMaster = timingSafeEqual(actual, master);
    const isFunction = timingSafeEqual(actual, functionKey);
    return isMaster || (level === "function" && isFunction);
  };
}

function digest(text: string): Buffer {
  return hash("sha256", text, "buffer");
}
