import type { Column, Labels, Value } from "./column.ts";
import { lookup } from "./column.ts";

/** A statecode: its label and the statuscodes that belong to it, the default first. */
type State = { readonly label: string; readonly statuses: readonly [number, string][] };

export type Table = {
  readonly logicalName: string;
  readonly entitySet: string;
  readonly primaryId: string;
  /** The column whose text names a row in lookups. */
  readonly primaryName: string;
  readonly columns: Readonly<Record<string, Column>>;
  readonly alternateKeys: readonly (readonly string[])[];
  readonly states: Readonly<Record<number, State>>;
  /** Collection-valued navigations: the rows of `table` whose lookup `column` points here. */
  readonly collections: Readonly<Record<string, { table: string; column: string }>>;
};

type TableOptions = Pick<Table, "logicalName" | "primaryName"> &
  Partial<Pick<Table, "alternateKeys" | "states" | "collections" | "entitySet">> & {
    readonly columns: Readonly<Record<string, Column>>;
    /** Whether rows carry transactioncurrencyid and exchangerate. */
    readonly hasMoney?: boolean;
  };

const activeOrInactive: Table["states"] = {
  0: { label: "Active", statuses: [[1, "Active"]] },
  1: { label: "Inactive", statuses: [[2, "Inactive"]] },
};

/** Adds what every Dataverse table has: primary id, state, owner and the audit columns. */
export function defineTable(options: TableOptions): Table {
  const { logicalName, primaryName, hasMoney = false, states = activeOrInactive } = options;
  const primaryId = `${logicalName}id`;
  return {
    logicalName,
    primaryName,
    primaryId,
    entitySet: options.entitySet ?? `${logicalName}s`,
    alternateKeys: options.alternateKeys ?? [],
    collections: options.collections ?? {},
    states,
    columns: {
      [primaryId]: { type: "guid" },
      ...options.columns,
      ...(hasMoney && moneyColumns),
      ...stateColumns(states),
      ownerid: systemLookup("ownerid"),
      createdon: { type: "dateTime", system: true },
      createdby: systemLookup("createdby"),
      modifiedon: { type: "dateTime", system: true },
      modifiedby: systemLookup("modifiedby"),
      modifiedonbehalfby: systemLookup("modifiedonbehalfby"),
      versionnumber: { type: "integer", system: true },
    },
  };
}

const moneyColumns: Readonly<Record<string, Column>> = {
  transactioncurrencyid: lookup("transactioncurrency", "transactioncurrencyid"),
  exchangerate: { type: "decimal", system: true },
};

function systemLookup(navigation: string): Column {
  return { type: "lookup", table: "systemuser", navigation, system: true };
}

function stateColumns(states: Table["states"]): Readonly<Record<string, Column>> {
  const all = Object.entries(states);
  const stateLabels: Labels = Object.fromEntries(all.map(([code, { label }]) => [code, label]));
  const statusLabels: Labels = Object.fromEntries(all.flatMap(([, { statuses }]) => statuses));
  return {
    statecode: { type: "choice", labels: stateLabels },
    statuscode: { type: "choice", labels: statusLabels },
  };
}

/** The status that goes with a state when a save names none. */
export function defaultStatus(table: Table, statecode: number): number | undefined {
  return table.states[statecode]?.statuses[0]?.[0];
}

export function isStatusOf(table: Table, statecode: Value, statuscode: Value): boolean {
  const state = typeof statecode === "number" ? table.states[statecode] : undefined;
  return state?.statuses.some(([code]) => code === statuscode) ?? false;
}
