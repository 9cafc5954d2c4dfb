import type { SaveEvent } from "./saveEvent.ts";

export type Mode = "synchronous" | "asynchronous";

/** A step registered on a message of a table: what runs when a row is saved. */
export type Step = {
  readonly id: string;
  readonly name: string;
  readonly kind: "plugin" | "webhook" | "queue";
  readonly message: SaveEvent["message"];
  readonly table: string;
  readonly mode: Mode;
  readonly enabled: boolean;
  /** Update only: runs when one of these is in the target, changed or not. Empty = always. */
  readonly filteringAttributes: readonly string[];
  readonly preImage: readonly string[];
  readonly postImage: readonly string[];
};

export function runsOn(step: Step, { message, table, target }: SaveEvent): boolean {
  if (!step.enabled || step.message !== message || step.table !== table.logicalName) return false;
  if (message === "Create" || step.filteringAttributes.length === 0) return true;
  return step.filteringAttributes.some((column) => column in target);
}
