import type { TypedData } from "../typedData.ts";

/**
 * A text as the real host sends it: the library parses it as JSON and keeps it as it is only when that
 * fails, so an id of digits arrives as a number. A parse that fails costs an exception; a text that
 * cannot be JSON goes as a JSON string instead, which arrives just the same.
 */
export function toTypedText(text: string): TypedData {
  return mayBeJson(text) ? { string: text } : { json: JSON.stringify(text) };
}

/** Texts of a batch, in which the real host drops null and empty ones: positions shift. */
export function toTypedTexts(texts: readonly (string | null | undefined)[]): TypedData {
  const present = texts.filter((text): text is string => typeof text === "string" && text !== "");
  return present.some(mayBeJson)
    ? { collectionString: { string: present } }
    : { json: JSON.stringify(present) };
}

/** False only where JSON.parse surely fails: judged by the first character (RFC 8259 §3). */
function mayBeJson(text: string): boolean {
  const start = text.search(/[^ \t\r\n]/);
  if (start < 0) return false;
  const first = text.charAt(start);
  if (first === "t" || first === "f" || first === "n") {
    return /^[ \t\r\n]*(true|false|null)[ \t\r\n]*$/.test(text);
  }
  // A GUID may start with a digit; hyphens and letters behind it decide at once.
  if (first === "-" || (first >= "0" && first <= "9")) {
    return /^[ \t\r\n]*-?[\d.eE+-]+[ \t\r\n]*$/.test(text);
  }
  return first === "{" || first === "[" || first === '"';
}
