/** A table's text column holds 64 KiB of UTF-16; longer text goes into several. */
const COLUMN_LENGTH = 32_000;

/** Pairs that a column's end must not part, and line ends that Azurite takes for the end of a part of a transaction. */
const UNSAFE = /[\ud800-\udfff\u2028\u2029]/g;

/** A value of any size → its JSON in columns `name0`, `name1` … A row takes 1 MiB in all. */
export function toColumns(name: string, value: unknown): Record<string, string> {
  const json = JSON.stringify(value).replaceAll(UNSAFE, escaped);
  const columns: Record<string, string> = {};
  for (let start = 0, index = 0; start < json.length; index++) {
    columns[`${name}${index}`] = json.slice(start, start + COLUMN_LENGTH);
    start += COLUMN_LENGTH;
  }
  return columns;
}

/** Throws SyntaxError for a row without such columns. */
export function fromColumns(name: string, row: Readonly<Record<string, unknown>>): unknown {
  let json = "";
  for (let index = 0; typeof row[`${name}${index}`] === "string"; index++) {
    json += row[`${name}${index}`] as string;
  }
  return JSON.parse(json);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16)}`;
}
