import type { HttpRequest } from "@azure/functions";
import type { z } from "zod";
import { TerminalError } from "../errors.ts";
import { parseJson } from "../json.ts";
import { parse } from "../parse.ts";
import { readBody } from "./readBody.ts";

/** Ours are small contracts; a larger one says so. */
const DEFAULT_MAX_BYTES = 64 * 1024;

/**
 * Request body → the schema's type. Content type, size, encoding, depth and syntax are judged before
 * the schema sees anything. Throws TerminalError, which `endpoint` answers: `unsupported-media-type`
 * 415, `too-large` 413, `malformed-json`, `invalid-utf8`, `too-deep` 400, `invalid` (with the field) 422.
 * A number whose digits a double would lose arrives as ExactNumber (see `parseJson`).
 */
export async function readJson<S extends z.ZodType>(
  request: HttpRequest,
  schema: S,
  { maxBytes = DEFAULT_MAX_BYTES }: { readonly maxBytes?: number } = {},
): Promise<z.infer<S>> {
  assertJson(request.headers.get("content-type"));
  return parse(schema, parseJson(await readBody(request, { maxBytes }), { maxBytes }));
}

/** `application/json` or a `+json` type; JSON has no charset but UTF-8 (RFC 8259 §8.1). */
function assertJson(contentType: string | null): void {
  const [type = "", ...parameters] = (contentType ?? "").toLowerCase().split(";");
  const isJson = /^application\/(json|[\w.-]+\+json)$/.test(type.trim());
  const charset = parameters.map((one) => one.trim()).find((one) => one.startsWith("charset="));
  if (isJson && (charset === undefined || /^charset="?utf-?8"?$/.test(charset))) return;
  throw new TerminalError("unsupported-media-type", "send application/json in UTF-8");
}
