import type { Entity } from "./entity.ts";
import type { Settlement } from "./message.ts";
import { countOfSettlement } from "./operationCounts.ts";
import { strikes } from "./plannedFaults.ts";
import type { StoredMessage } from "./storedMessage.ts";

/** Ends a receiver's hold; false when it had ended before. */
export function settleLock(
  { queue, planned, counts }: Entity,
  lockId: number,
  settlement: Settlement<StoredMessage>,
): boolean {
  const { kind } = settlement;
  const withoutEffect = kind === "complete" && strikes(planned, "duplicates");
  const settled = queue.settle(lockId, withoutEffect ? { kind: "abandon" } : settlement);
  if (settled) counts[countOfSettlement[kind]] += 1; // as the client knows it
  return settled;
}
