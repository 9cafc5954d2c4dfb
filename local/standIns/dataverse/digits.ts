/**
 * JSON whose numbers keep their digits: a double turns 1249.5000 into 1249.5 and loses 2^53 + 1.
 * A parsed number is a raw JSON literal, which `JSON.stringify` writes back verbatim.
 */
type RawJson = { readonly rawJSON: string };

type DigitsJson = {
  readonly parse: (
    text: string,
    reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
  ) => unknown;
  readonly rawJSON: (text: string) => RawJson;
  readonly isRawJSON: (value: unknown) => value is RawJson;
};

// ES2026 members, in Node since 22, which the es2024 library does not declare.
const digitsJson = JSON as unknown as DigitsJson;

/** Throws SyntaxError. */
export function parseDigits(text: string): unknown {
  return digitsJson.parse(text, (_key, value, { source }) =>
    typeof value === "number" && source !== undefined ? digitsJson.rawJSON(source) : value,
  );
}

/** The number of this decimal text, to be written exactly so. */
export function number(digits: string): RawJson {
  return digitsJson.rawJSON(digits);
}

/** The digits of a number that `parseDigits` read; undefined for anything else. */
export function digitsOf(value: unknown): string | undefined {
  return digitsJson.isRawJSON(value) ? value.rawJSON : undefined;
}
