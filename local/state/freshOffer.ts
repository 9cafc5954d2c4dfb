import { DamagedStateError } from "../journal/errors.ts";

/** The same error; where it is about a damaged file, its message says how to begin anew. */
export function withFreshOffer(error: unknown): unknown {
  if (!(error instanceof DamagedStateError)) return error;
  const offer = "--fresh (or FRESH=1) forgets everything and begins anew";
  return new DamagedStateError(`${error.message}; ${offer}`, { cause: error });
}
