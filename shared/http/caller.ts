import type { HttpRequest } from "@azure/functions";
import { z } from "zod";
import { TerminalError } from "../errors.ts";
import { parseJson } from "../json.ts";

/** Everyone who holds a function key and shows no identity is one caller. */
const FUNCTION_KEY = "function-key";
const OBJECT_ID_CLAIMS = [
  "http://schemas.microsoft.com/identity/claims/objectidentifier",
  "oid",
] as const;
const MAX_PRINCIPAL_BYTES = 64 * 1024;

const ClientPrincipal = z.object({
  claims: z.array(z.object({ typ: z.string(), val: z.string() })),
});

/** Whose idempotency keys these are: two callers may choose the same key and mean two things. */
export type CallerOf = (request: Pick<HttpRequest, "headers">) => string;

/**
 * Entra object id of the signed-in caller, or the word `function-key`. The principal header is believed
 * only where Easy Auth guards the app, because only its front end strips a forged one. Throws
 * TerminalError `unknown-caller` (403) for a principal without an object id.
 */
export function createCallerOf({ easyAuth }: { readonly easyAuth: boolean }): CallerOf {
  return function callerOf({ headers }) {
    const principal = easyAuth ? headers.get("x-ms-client-principal") : null;
    return principal === null ? FUNCTION_KEY : objectIdOf(principal);
  };
}

function objectIdOf(principal: string): string {
  const claims = claimsOf(principal);
  const objectId = claims.find(({ typ }) => (OBJECT_ID_CLAIMS as readonly string[]).includes(typ));
  if (objectId === undefined || objectId.val === "") throw unknownCaller();
  return objectId.val.toLowerCase();
}

function claimsOf(principal: string): z.infer<typeof ClientPrincipal>["claims"] {
  try {
    const bytes = Buffer.from(principal, "base64");
    return ClientPrincipal.parse(parseJson(bytes, { maxBytes: MAX_PRINCIPAL_BYTES })).claims;
  } catch (cause) {
    throw unknownCaller(cause);
  }
}

function unknownCaller(cause?: unknown): TerminalError {
  return new TerminalError("unknown-caller", "the caller's principal names no Entra object id", {
    cause,
  });
}
