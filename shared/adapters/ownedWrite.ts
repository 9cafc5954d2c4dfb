import { ParkError } from "../errors.ts";
import { retryAfterMs } from "./retryAfter.ts";

/** A row as far as telling its writer goes: each write leaves a token of its own in column `owner`. */
export type OwnedRow = { readonly owner?: unknown; readonly etag?: string | undefined };

type Write = {
  readonly owner: string;
  /** The version that the write is conditional on; undefined when it creates the row. */
  readonly replacing: string | undefined;
};

/**
 * Runs a conditional write and tells what became of it even when its answer was lost: the row is read again, and a row
 * that carries this write's token is ours. → the row's new version, or undefined when another writer was quicker.
 * Throws ParkError `storage-unavailable` when neither can be told.
 */
export async function ownedWrite(
  { owner, replacing }: Write,
  write: () => Promise<string | undefined>,
  reread: () => Promise<OwnedRow | undefined>,
): Promise<string | undefined> {
  let version: string | undefined;
  try {
    version = await write();
  } catch (error) {
    const found = await reachable(reread);
    if (found?.owner === owner) return found.etag;
    // Another version than the condition names: ours was refused, or will be if it is still under way.
    if (found?.etag !== replacing) return undefined;
    throw storageUnavailable(error);
  }
  if (version === undefined) throw new Error("the table answered without an ETag");
  return version;
}

/** A call of ours to our own storage that cannot be made is nobody's attempt. */
export async function reachable<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw storageUnavailable(error);
  }
}

/** A row that the table refuses: no waiting changes that. All else may pass: a role, a firewall rule, a rotated key. */
const REFUSED_STATUS = new Set([400, 413]);

function storageUnavailable(cause: unknown): unknown {
  const { statusCode = 503, response } = (cause ?? {}) as {
    statusCode?: number;
    response?: { headers?: Pick<Headers, "get"> };
  };
  if (REFUSED_STATUS.has(statusCode)) return cause;
  const wait = response?.headers && retryAfterMs(response.headers).retryAfterMs;
  return new ParkError("storage-unavailable", "the table did not answer", { cause, afterMs: wait });
}
