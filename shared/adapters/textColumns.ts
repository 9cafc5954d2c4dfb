/** A table's text column holds 64 KiB of UTF-16; longer text goes into several. */
const COLUMN_LENGTH = 32_000;

/** Text of any length → columns `name0`, `name1` … A row takes 1 MiB in all. */
export function toColumns(name: string, text: string): Record<string, string> {
  const columns: Record<string, string> = {};
  for (let start = 0, index = 0; start < text.length || index === 0; index++) {
    columns[`${name}${index}`] = text.slice(start, start + COLUMN_LENGTH);
    start += COLUMN_LENGTH;
  }
  return columns;
}

export function fromColumns(name: string, row: Readonly<Record<string, unknown>>): string {
  let text = "";
  for (let index = 0; typeof row[`${name}${index}`] === "string"; index++) {
    text += row[`${name}${index}`] as string;
  }
  return text;
}
