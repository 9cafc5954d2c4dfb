import { z } from "zod";

/** Lower case, because Dataverse, flows and people spell the same id in either case. */
export const Guid = z.guid().transform((id) => id.toLowerCase());

/** Logical name of a table. */
export const TableName = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,127}$/, "must be a table's logical name");

const EMPTY_GUID = "00000000-0000-0000-0000-000000000000";

/** Undefined for what Dataverse sends where there is none: absent, null, or the guid of zeros. */
export const OptionalGuid = Guid.nullish().transform((id) =>
  id === null || id === EMPTY_GUID ? undefined : id,
);

/** A .NET dictionary as DataContractJsonSerializer writes it. Absent, null and [] are the same: empty. */
export const KeyValues = z
  .array(z.object({ key: z.string(), value: z.unknown() }))
  .nullish()
  .transform(
    (pairs): ReadonlyMap<string, unknown> =>
      new Map((pairs ?? []).map(({ key, value }) => [key, value])),
  );

const OptionSetValue = z.object({ Value: z.int() });
/** `{"__type":"Int32:#System","__value":3}` and the like: seen, never required. */
const Wrapped = z.object({ __value: z.unknown() }).transform(({ __value: value }) => ({ value }));

/** Number of a choice, status or state column; undefined when it is absent, cleared or something else. */
export function optionOf(value: unknown): number | undefined {
  const plain = unwrap(value);
  const option = OptionSetValue.safeParse(plain);
  if (option.success) return option.data.Value;
  return Number.isSafeInteger(plain) ? (plain as number) : undefined;
}

/**
 * `/Date(1731924725000)/` → epoch ms. Column values carry no offset; one that does (OperationCreatedOn
 * of asynchronous steps) has no reliable meaning, so it is no instant for us.
 */
export function instantOf(value: unknown): number | undefined {
  const plain = unwrap(value);
  if (typeof plain !== "string") return undefined;
  const ms = Number(/^\/Date\((-?\d{1,15})\)\/$/.exec(plain)?.[1] ?? Number.NaN);
  return Number.isSafeInteger(ms) ? ms : undefined;
}

/** An id column's value, plain or wrapped. */
export function guidOf(value: unknown): string | undefined {
  const id = OptionalGuid.safeParse(unwrap(value));
  return id.success ? id.data : undefined;
}

function unwrap(value: unknown): unknown {
  const wrapped = Wrapped.safeParse(value);
  return wrapped.success ? wrapped.data.value : value;
}
