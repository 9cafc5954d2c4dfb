import { badRequest } from "../fault.ts";

/** `$select` and `$expand` of a row, at any depth; `select` undefined = all columns. */
export type Projection = {
  readonly select: readonly string[] | undefined;
  readonly expand: readonly Expansion[];
};

export type Expansion = Projection & { readonly navigation: string };

/** Reads `$select` and `$expand`. Throws Fault 400 for what Dataverse would not understand either. */
export function parseProjection(query: URLSearchParams): Projection {
  return {
    select: parseSelect(query.get("$select")),
    expand: parseExpand(query.get("$expand")),
  };
}

function parseSelect(text: string | null): readonly string[] | undefined {
  const names = text?.split(",").map((name) => name.trim());
  return names === undefined || names.includes("*") ? undefined : names;
}

function parseExpand(text: string | null): readonly Expansion[] {
  return text === null ? [] : splitOutside(text, ",").map(parseExpansion);
}

/** `navigation` or `navigation($select=…;$expand=…)`. */
function parseExpansion(text: string): Expansion {
  const match = /^\s*(\w+)\s*(?:\((.*)\))?\s*$/s.exec(text);
  if (match === null) throw badRequest(`Term '${text}' is not valid in a $expand expression.`);
  const [, navigation = "", inside] = match;
  const options = new Map<string, string>();
  for (const option of inside === undefined ? [] : splitOutside(inside, ";")) {
    const [name, value] = splitOnce(option);
    if (value === undefined || (name !== "$select" && name !== "$expand")) {
      throw badRequest(`'${option}' is not supported inside $expand.`);
    }
    options.set(name, value);
  }
  return {
    navigation,
    select: parseSelect(options.get("$select") ?? null),
    expand: parseExpand(options.get("$expand") ?? null),
  };
}

function splitOnce(option: string): [string, string | undefined] {
  const at = option.indexOf("=");
  return at < 0 ? [option, undefined] : [option.slice(0, at).trim(), option.slice(at + 1)];
}

/** Splits at separators that are not inside parentheses. */
function splitOutside(text: string, separator: "," | ";"): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (character === "(") depth++;
    if (character === ")") depth--;
    if (depth < 0) break;
    if (character === separator && depth === 0) {
      parts.push(text.slice(start, index));
      start = index + 1;
    }
  }
  if (depth !== 0) throw badRequest(`The parentheses of '${text}' do not match.`);
  return [...parts, text.slice(start)];
}
