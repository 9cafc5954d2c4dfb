import type { MessageDelivery } from "../../shared/adapters/messageSettler.ts";

/** The first delivery of a new message. */
export function aDelivery(firstSeenAt = 0): MessageDelivery {
  return {
    id: "m",
    attempt: 1,
    hop: 0,
    firstSeenAt,
    history: [],
    repeated: false,
    deadLetterReason: () => undefined,
    startsOver: () => false,
    answered: () => undefined,
  };
}
