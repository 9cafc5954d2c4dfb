import type { Entity } from "./entity.ts";
import type { Settlement } from "./message.ts";
import { countOfSettlement } from "./operationCounts.ts";
import { strikes } from "./plannedFaults.ts";
import { type StoredMessage, sizeOf } from "./storedMessage.ts";

/**
 * Ends a receiver's hold; false when it had ended before. Throws what the receiver shall hear, its hold going
 * on, when the message would be written anew and there is no room for it.
 */
export function settleLock(
  { queue, planned, counts, makeRoom }: Entity,
  lockId: number,
  settlement: Settlement<StoredMessage>,
): boolean {
  const { kind } = settlement;
  const withoutEffect = kind === "complete" && strikes(planned, "duplicates");
  const settled = queue.settle(
    lockId,
    withoutEffect ? { kind: "abandon" } : roomy(settlement, makeRoom),
  );
  if (settled) counts[countOfSettlement[kind]] += 1; // as the client knows it
  return settled;
}

/** Makes room for the whole message where it is written again; all else is small and has the reserve. */
function roomy(
  settlement: Settlement<StoredMessage>,
  makeRoom: Entity["makeRoom"],
): Settlement<StoredMessage> {
  if (!("change" in settlement)) return settlement;
  const { kind, change } = settlement;
  return {
    kind,
    change: (message) => {
      const changed = change?.(message) ?? message;
      if (kind === "deadLetter" || changed !== message) makeRoom(sizeOf(changed), 1);
      return changed;
    },
  };
}
