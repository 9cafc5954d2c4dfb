import type { IncomingHttpHeaders } from "node:http";
import { Fault, faultCodes } from "../fault.ts";
import type { Row } from "../schema/column.ts";
import { etagOf } from "./renderRow.ts";

/** What a write demands of the row that is there (RFC 9110 §13.1). */
export type Precondition =
  | { readonly kind: "none" }
  | { readonly kind: "mustExist" }
  | { readonly kind: "mustNotExist" }
  | { readonly kind: "version"; readonly etag: string };

/** `If-None-Match: null` is what Microsoft's clients send to get past caches: no condition. */
export function preconditionOf(headers: IncomingHttpHeaders): Precondition {
  const ifMatch = headers["if-match"];
  if (ifMatch === "*") return { kind: "mustExist" };
  if (ifMatch !== undefined) return { kind: "version", etag: ifMatch };
  return headers["if-none-match"] === "*" ? { kind: "mustNotExist" } : { kind: "none" };
}

/** Throws Fault 404 or 412. */
export function assertPrecondition(
  condition: Precondition,
  current: Row | undefined,
  missing: () => Fault,
): void {
  switch (condition.kind) {
    case "none":
      return;
    case "mustExist":
      if (current === undefined) throw missing();
      return;
    case "mustNotExist":
      if (current === undefined) return;
      throw new Fault(
        412,
        faultCodes.duplicateRecord,
        "A record with matching key values already exists.",
      );
    case "version":
      if (current === undefined) throw missing();
      if (etagOf(current) === condition.etag) return;
      throw new Fault(
        412,
        faultCodes.versionMismatch,
        "The version of the existing record doesn't match the RowVersion property provided.",
      );
  }
}
