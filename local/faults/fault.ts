import type { HubPartition } from "../eventHubs/hub.ts";
import type { Entity } from "../serviceBus/entity.ts";

/** What faults act on; each is found by its name as clients spell it. */
export type FaultTargets = {
  /** A queue (`orders`) or dead-letter queue (`orders/$DeadLetterQueue`). */
  readonly queue: (path: string) => Entity | undefined;
  readonly partition: (hub: string, id: string) => HubPartition | undefined;
  /** Detaches the links whose address is this one or lies below it; answers how many. */
  readonly detach: (address: string) => number;
  /** Cuts every client's connection without a word; answers how many. */
  readonly cutConnections: () => number;
};

/** One way for the broker to go wrong when told. Answers what it did; throws a FaultError for wrong arguments. */
export type Fault = (targets: FaultTargets, given: FaultArguments) => Record<string, number>;

export type FaultArguments = {
  readonly text: (name: string) => string;
  /** A whole number from 0 up; `fallback` where absent, if there is one. */
  readonly count: (name: string, fallback?: number) => number;
};

/** A fault that cannot be done as asked: what the caller has to change. */
export class FaultError extends Error {
  override readonly name = "FaultError";
}

/** Reads a fault's arguments from parsed JSON. */
export function readArguments(json: unknown): FaultArguments {
  const given: Record<string, unknown> =
    typeof json === "object" && json !== null ? { ...json } : {};
  return {
    text: (name) => {
      const value = given[name];
      if (typeof value === "string" && value !== "") return value;
      throw new FaultError(`"${name}" must be text`);
    },
    count: (name, fallback) => {
      const value = given[name] ?? fallback;
      if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
      throw new FaultError(`"${name}" must be a whole number`);
    },
  };
}

/** The queue that the argument `queue` names. */
export function queueOf({ queue }: FaultTargets, { text }: FaultArguments): Entity {
  const entity = queue(text("queue"));
  if (entity) return entity;
  throw new FaultError(`there is no queue "${text("queue")}"`);
}
