import type { Settlement } from "./message.ts";

/**
 * What clients have done with a queue since its broker started, a message each and only where it succeeded. What the
 * broker does by itself (forwarding, expiry, a lock that runs out) is nobody's operation.
 */
export type OperationCounts = {
  /** Taken in at once; a duplicate too, which its sender cannot tell. */
  sent: number;
  scheduled: number;
  cancelled: number;
  /** Handed to a receiver, deferred ones and those of receive-and-delete among them. */
  delivered: number;
  completed: number;
  abandoned: number;
  released: number;
  deferred: number;
  deadLettered: number;
  renewed: number;
  peeked: number;
};

export function noOperations(): OperationCounts {
  return {
    sent: 0,
    scheduled: 0,
    cancelled: 0,
    delivered: 0,
    completed: 0,
    abandoned: 0,
    released: 0,
    deferred: 0,
    deadLettered: 0,
    renewed: 0,
    peeked: 0,
  };
}

export const countOfSettlement = {
  complete: "completed",
  abandon: "abandoned",
  release: "released",
  defer: "deferred",
  deadLetter: "deadLettered",
} as const satisfies Record<Settlement<never>["kind"], keyof OperationCounts>;
