import { z } from "zod";

type Field = { readonly least: number; readonly most: number; readonly names?: readonly string[] };

const seconds: Field = { least: 0, most: 59 };
const fields: readonly Field[] = [
  { least: 0, most: 59 },
  { least: 0, most: 23 },
  { least: 1, most: 31 },
  { least: 1, most: 12, names: "jan feb mar apr may jun jul aug sep oct nov dec".split(" ") },
  { least: 0, most: 6, names: "sun mon tue wed thu fri sat".split(" ") },
];

/** `[d.]hh:mm[:ss[.fffffff]]`, above nothing. */
const timeSpan = /^(?=.*[1-9])(\d{1,7}\.)?([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,7})?)?$/;

/**
 * When a timer trigger runs: NCRONTAB, with seconds (`0 30 3 * * *`) or without, or a time span between runs. The host
 * judges it too, but shows the value where it does not like it, and not the setting.
 */
export const Schedule = z.string().refine((text) => timeSpan.test(text) || isCron(text));

function isCron(text: string): boolean {
  const items = text.trim().split(/\s+/);
  const shape = items.length === fields.length ? fields : [seconds, ...fields];
  return (
    items.length === shape.length &&
    shape.every((field, index) => items[index]?.split(",").every((item) => fits(item, field)))
  );
}

/** `*`, `5`, `mon-fri`; a step (`/2`) follows `*` or a range only. */
const pattern =
  /^(?!\w+\/)(?:\*|(?<low>\d+|[a-z]{3})(?:-(?<high>\d+|[a-z]{3}))?)(?:\/(?<step>\d+))?$/i;

function fits(item: string, { least, most, names = [] }: Field): boolean {
  const groups = pattern.exec(item)?.groups;
  if (groups === undefined) return false;
  const numberOf = (text: string) => {
    const index = names.indexOf(text.toLowerCase());
    return index < 0 ? Number(text) : index + least;
  };
  const { low, high = low, step = "1" } = groups;
  const from = low === undefined ? least : numberOf(low);
  const to = high === undefined ? most : numberOf(high);
  return least <= from && from <= to && to <= most && Number(step) >= 1 && Number(step) <= most;
}
