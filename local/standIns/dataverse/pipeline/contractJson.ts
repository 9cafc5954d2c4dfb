/**
 * JSON text as the DataContractJsonSerializer writes it: `/` escaped, control characters as \u00xx.
 * Numbers made by `number()` keep their digits.
 */
export function contractJson(value: unknown): string {
  return JSON.stringify(value)
    .replace(/\\(.)/g, (escape, letter: string) => longEscapes[letter] ?? escape)
    .replaceAll("/", "\\/");
}

const longEscapes: Readonly<Record<string, string>> = {
  b: "\\u0008",
  f: "\\u000c",
  n: "\\u000a",
  r: "\\u000d",
  t: "\\u0009",
};
