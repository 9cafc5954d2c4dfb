import type { Entity } from "./entity.ts";
import type { Settlement } from "./message.ts";
import { strikes } from "./plannedFaults.ts";
import type { StoredMessage } from "./storedMessage.ts";

/** Ends a receiver's hold; false when it had ended before. */
export function settleLock(
  { queue, planned }: Entity,
  lockId: number,
  settlement: Settlement<StoredMessage>,
): boolean {
  if (settlement.kind === "complete" && strikes(planned, "duplicates")) {
    return queue.settle(lockId, { kind: "abandon" });
  }
  return queue.settle(lockId, settlement);
}
