export type Labels = Readonly<Record<number, string>>;

/** A column by its Dataverse type. `system` columns are set by the platform and ignored in a request, as there. */
export type Column = (
  | { readonly type: "text"; readonly maxLength: number }
  | { readonly type: "guid" | "boolean" | "integer" | "decimal" | "money" }
  /** Epoch ms in whole seconds: Dataverse keeps no finer time. */
  | { readonly type: "dateTime" | "dateOnly" }
  | { readonly type: "choice" | "choices"; readonly labels: Labels }
  /** One table; `navigation` is the name in `$expand` and `@odata.bind`. */
  | { readonly type: "lookup"; readonly table: string; readonly navigation: string }
) & { readonly system?: true };

export type Lookup = { readonly table: string; readonly id: string };

/** Money and decimals are decimal text, instants epoch ms, guids lower case. */
export type Value = string | number | boolean | null | readonly number[] | Lookup;

/** Every column of the table has a value, or null. */
export type Row = Readonly<Record<string, Value>>;

export const text = (maxLength = 100): Column => ({ type: "text", maxLength });
export const memo = (): Column => text(1_048_576);
export const lookup = (table: string, navigation: string): Column => ({
  type: "lookup",
  table,
  navigation,
});

/** A value as plain text: a lookup is its id, null is empty. */
export function plain(value: Value | undefined): string {
  if (value === undefined || value === null) return "";
  return isLookup(value) ? value.id : String(value);
}

export function isLookup(value: Value | undefined): value is Lookup {
  return typeof value === "object" && value !== null && "table" in value;
}
