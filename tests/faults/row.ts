import type { Arena } from "./arena.ts";
import type { Orders } from "./orders.ts";

/** What a row's story is told with. */
export type RowContext = Arena & {
  readonly orders: Orders;
  /** In [0, 1), decided by the seed. */
  readonly random: () => number;
  /** A whole number from `least` to `most`, decided by the seed. */
  readonly between: (least: number, most: number) => number;
};

/** One fault and what must hold under it, for every seed. */
export type Row = {
  readonly name: string;
  /** What goes wrong. */
  readonly fault: string;
  /** What holds all the same, beyond the invariants that are checked after every run. */
  readonly holds: string;
  /** Host processes; 1 where absent. */
  readonly hosts?: number;
  /** Of the app, on top of those of all rows. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Reasons of dead letters that this row's story ends in. */
  readonly deadLetters?: readonly string[];
  /** Within which everything drains once the faults are over. */
  readonly drainWithinMs?: number;
  /** Why it cannot be played on this machine. */
  readonly skip?: () => string | undefined;
  /** Injects the fault under load. Returns what did not hold, beyond the invariants. */
  readonly run: (context: RowContext) => Promise<readonly string[]>;
};
