import { ParkError } from "../errors.ts";
import { hasStatus } from "./tables.ts";

/** A row as far as telling its writer goes: each write leaves a token of its own in column `owner`. */
export type OwnedRow = { readonly owner?: unknown; readonly etag?: string | undefined };

/**
 * Runs a conditional write and tells what became of it even when its answer was lost: the row is read again, and a row
 * that carries this write's token is ours. → the row's new version, or undefined when another writer was quicker.
 * Throws ParkError `storage-unavailable` when neither can be told.
 */
export async function ownedWrite(
  owner: string,
  write: () => Promise<string | undefined>,
  reread: () => Promise<OwnedRow | undefined>,
): Promise<string | undefined> {
  try {
    return versionOf(await write());
  } catch (error) {
    const found = await reachable(reread);
    if (found?.owner === owner) return versionOf(found.etag);
    if (hasStatus(error, 404, 409, 412)) return undefined;
    throw storageUnavailable(error);
  }
}

/** A call of ours to our own storage that cannot be made is nobody's attempt. */
export async function reachable<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw storageUnavailable(error);
  }
}

function versionOf(etag: string | undefined): string {
  if (etag === undefined) throw new Error("the table answered without an ETag");
  return etag;
}

function storageUnavailable(cause: unknown): ParkError {
  return new ParkError("storage-unavailable", "the table did not answer", { cause });
}
