import { isDeepStrictEqual } from "node:util";
import { type Memory, processMemory } from "../memory/memory.ts";
import { isLookup, plain, type Row, type Value } from "./schema/column.ts";
import { storedRow } from "./schema/storedRow.ts";
import type { Table } from "./schema/table.ts";

const FIRST_VERSION = 1_000_001;
const FIRST_ORDER = 1_043;

/** The committed rows: what readers see. Lookups and alternate keys are indexed. */
export function createStore(memory: Memory = processMemory) {
  const rowsByTable = new Map<string, Map<string, Row>>();
  const index = new Map<string, Set<string>>();
  const numbers = memory.mapNamed<number>("numbers");
  const isNew = numbers.size === 0;
  const next = (name: string, first: number) => {
    const number = (numbers.get(name) ?? first - 1) + 1;
    numbers.set(name, number);
    return number;
  };

  const addToIndex = (table: Table, id: string, row: Row) => {
    for (const key of indexKeys(table, row)) {
      index.set(key, (index.get(key) ?? new Set()).add(id));
    }
  };
  const rowsOf = (table: Table) => {
    const known = rowsByTable.get(table.logicalName);
    if (known) return known;
    const rows = memory.mapNamed<Row>(`rows/${table.logicalName}`);
    rowsByTable.set(table.logicalName, rows);
    for (const [id, row] of rows) {
      // The table's columns may be others than when the row was saved.
      if (!isDeepStrictEqual(Object.keys(row), Object.keys(table.columns))) {
        rows.set(id, storedRow(table, row));
      }
      addToIndex(table, id, row);
    }
    return rows;
  };
  const remove = (table: Table, id: string) => {
    const row = rowsOf(table).get(id);
    if (row === undefined) return;
    rowsOf(table).delete(id);
    for (const key of indexKeys(table, row)) index.get(key)?.delete(id);
  };

  return {
    /** Whether nobody has written to it yet, in this process or an earlier one. */
    isNew,
    get: (table: Table, id: string): Row | undefined => rowsOf(table).get(id),
    all: (table: Table): Row[] => [...rowsOf(table).values()],
    put: (table: Table, row: Row) => {
      const id = plain(row[table.primaryId]);
      remove(table, id);
      rowsOf(table).set(id, row);
      addToIndex(table, id, row);
    },
    remove,
    /** Grows with every save of any row, like SQL Server's rowversion. */
    nextVersion: () => next("version", FIRST_VERSION),
    nextOrderNumber: () => next("order", FIRST_ORDER),
    /** The rows that hold all these values, in the order of their first save. */
    where: (table: Table, values: Readonly<Record<string, Value>>): Row[] => {
      const indexed = Object.keys(values).find((column) => isIndexed(table, column));
      const rows = rowsOf(table);
      if (indexed === undefined) return [...rows.values()].filter((row) => holds(row, values));
      const ids = index.get(indexKey(table, indexed, values[indexed] ?? null)) ?? [];
      return [...ids]
        .map((id) => rows.get(id))
        .filter((row) => row !== undefined)
        .filter((row) => holds(row, values));
    },
  };
}

export type Store = ReturnType<typeof createStore>;

/** Text compares without regard to case, as Dataverse's collation does. */
function holds(row: Row, values: Readonly<Record<string, Value>>): boolean {
  return Object.entries(values).every(
    ([column, value]) => comparable(row[column] ?? null) === comparable(value),
  );
}

function comparable(value: Value): string {
  if (isLookup(value)) return value.id;
  return typeof value === "string" ? value.toLowerCase() : JSON.stringify(value);
}

function isIndexed(table: Table, column: string): boolean {
  const definition = table.columns[column];
  if (definition === undefined || definition.system === true) return false;
  return definition.type === "lookup" || table.alternateKeys.flat().includes(column);
}

function indexKey(table: Table, column: string, value: Value): string {
  return `${table.logicalName}.${column}=${comparable(value)}`;
}

function indexKeys(table: Table, row: Row): string[] {
  return Object.keys(row)
    .filter((column) => isIndexed(table, column))
    .map((column) => indexKey(table, column, row[column] ?? null));
}
