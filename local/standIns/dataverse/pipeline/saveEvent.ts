import type { Row, Value } from "../schema/column.ts";
import type { Table } from "../schema/table.ts";

/** Columns in the order they were given, decimals with the digits they came with. */
export type Changes = Readonly<Record<string, Value>>;

/** One save, as its steps see it. Steps of the same save share `correlationId` and `requestId`. */
export type SaveEvent = {
  readonly message: "Create" | "Update";
  readonly table: Table;
  readonly id: string;
  /** What the caller sent. */
  readonly sent: Changes;
  /** That, with what plug-ins and platform added. */
  readonly target: Changes;
  readonly before: Row | undefined;
  readonly after: Row;
  readonly correlationId: string;
  readonly requestId: string;
  /** Epoch ms. */
  readonly at: number;
  /** Of the caller's query string, to recognise its own writes by. */
  readonly tag: string | undefined;
};
