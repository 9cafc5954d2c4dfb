import { badRequest } from "../fault.ts";

/** What a path below the service root names. */
export type ResourcePath =
  | { readonly kind: "set"; readonly set: string }
  | { readonly kind: "row"; readonly set: string; readonly id: string }
  | {
      readonly kind: "key";
      readonly set: string;
      /** Literal by key name; text unquoted. */
      readonly values: Readonly<Record<string, Literal>>;
    };

/** Text was in quotes; a bare literal is a guid, number, boolean or null. */
export type Literal = { readonly kind: "text" | "bare"; readonly value: string };

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const resource = /^([A-Za-z_]\w*)(?:\((.*)\))?$/s;

export function isGuid(text: string): boolean {
  return guid.test(text);
}

/** Reads `set`, `set(<guid>)` and `set(key='…',other=1)`, percent-encoded. Throws Fault 400. */
export function parseResourcePath(encoded: string): ResourcePath {
  const match = resource.exec(decode(encoded));
  if (match === null) throw badRequest(`Resource not found for the segment '${encoded}'.`);
  const [, set = "", inside] = match;
  if (inside === undefined) return { kind: "set", set };
  if (isGuid(inside)) return { kind: "row", set, id: inside.toLowerCase() };
  return { kind: "key", set, values: keyValues(inside) };
}

/** OData 4.01 ABNF: keyValuePair. A quote inside text is doubled. */
function keyValues(text: string): Record<string, Literal> {
  const pair = /([A-Za-z_]\w*)=(?:'((?:[^']|'')*)'|([^,']+))(,|$)/y;
  const values: Record<string, Literal> = {};
  while (pair.lastIndex < text.length || Object.keys(values).length === 0) {
    const match = pair.exec(text);
    if (match === null) throw badRequest(`Bad Request - Error in query syntax: '${text}'`);
    const [, name = "", quoted, bare = ""] = match;
    values[name] =
      quoted === undefined
        ? { kind: "bare", value: bare }
        : { kind: "text", value: quoted.replaceAll("''", "'") };
  }
  return values;
}

function decode(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch (cause) {
    throw badRequest(`'${encoded}' is not percent-encoded (${String(cause)})`);
  }
}
