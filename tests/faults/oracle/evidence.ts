import type { Call, Effect } from "../../../local/outside/standIns.ts";

/** What became of one order, seen from outside. */
export type OrderFacts = {
  readonly id: string;
  /** Where the row's story says that it has to end. */
  readonly wanted: Wanted;
  /** `contoso_outcome` of its rows in Dataverse. */
  readonly outcomes: readonly string[];
  /** The key that still holds the order, by the table. */
  readonly holder?: string | undefined;
};

/** `dead`: given up before anything was done for it. `commanded`: the warehouse alone was told of such an order. */
export type Wanted = "approved" | "back-ordered" | "withdrawn" | "dead" | "commanded";

export type TargetLedger = { readonly effects: readonly Effect[]; readonly calls: readonly Call[] };

export type DeadMessage = {
  readonly queue: string;
  readonly messageId: string;
  readonly reason: string;
  /** How often it was delivered in vain before. */
  readonly deliveries: number;
  /** Everything else of it, as text: body, description, properties. */
  readonly text: string;
};

/** One entry of a process's log, with the lines that belong to it. */
export type LogEntry = {
  readonly process: string;
  readonly at: number;
  readonly level: string;
  readonly category: string;
  readonly text: string;
};

/** Several answers to one and the same request, or several looks at one record. */
export type Answers = { readonly what: string; readonly bodies: readonly string[] };

/** All that the judge goes by: ledgers, rows, queues and output; nothing that the app was asked. */
export type Evidence = {
  readonly orders: readonly OrderFacts[];
  readonly inventory: TargetLedger;
  readonly warehouse: TargetLedger;
  readonly procurement: TargetLedger;
  readonly deadMessages: readonly DeadMessage[];
  /** What was still there when the time was up; empty when all had drained. */
  readonly left: readonly string[];
  readonly log: readonly LogEntry[];
  /** All output of all processes. */
  readonly output: readonly string[];
  /** Texts that may be nowhere. */
  readonly secrets: readonly string[];
  readonly answers: readonly Answers[];
};
