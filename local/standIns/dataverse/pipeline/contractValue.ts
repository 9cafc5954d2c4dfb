import { number } from "../digits.ts";
import { type Column, isLookup, type Lookup, plain, type Value } from "../schema/column.ts";

const contracts = "http://schemas.microsoft.com/xrm/2011/Contracts";

export type KeyValue = { readonly key: string; readonly value: unknown };

/** A column's value as a RemoteExecutionContext carries it: polymorphic ones say their type first. */
export function contractValue(column: Column, value: Value, nameOf: NameOf): object | Value {
  if (value === null) return null;
  switch (column.type) {
    case "text":
    case "guid":
    case "boolean":
    case "integer":
      return value;
    case "decimal":
      return number(plain(value));
    case "money":
      return { __type: `Money:${contracts}`, Value: number(plain(value)) };
    case "dateTime":
    case "dateOnly":
      return `/Date(${plain(value)})/`;
    case "choice":
      return option(Number(value));
    case "choices":
      return Array.isArray(value) ? value.map(option) : [];
    case "lookup":
      break;
  }
  return isLookup(value)
    ? { __type: `EntityReference:${contracts}`, ...reference(value, nameOf(value)) }
    : null;
}

/** Name of the row that a lookup points to; null where it is not filled in, as in targets. */
export type NameOf = (lookup: Lookup) => string | null;

export const withoutNames: NameOf = () => null;

export function reference({ table, id }: Lookup, name: string | null) {
  return { Id: id, KeyAttributes: [], LogicalName: table, Name: name, RowVersion: null };
}

type EntityParts = {
  readonly table: string;
  readonly id: string;
  readonly attributes: readonly KeyValue[];
  readonly formatted?: readonly KeyValue[];
};

/** An Entity without `__type`, as images carry it; always all eight members. */
export function entity({ table, id, attributes, formatted = [] }: EntityParts) {
  return {
    Attributes: attributes,
    EntityState: null,
    FormattedValues: formatted,
    Id: id,
    KeyAttributes: [],
    LogicalName: table,
    RelatedEntities: [],
    RowVersion: null,
  };
}

/** An Entity as an input parameter. */
export function entityParameter(parts: EntityParts) {
  return { __type: `Entity:${contracts}`, ...entity(parts) };
}

function option(value: number) {
  return { __type: `OptionSetValue:${contracts}`, Value: value };
}
