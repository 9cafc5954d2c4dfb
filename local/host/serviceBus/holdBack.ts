import type { ServiceBusReceivedMessage } from "@azure/service-bus";
import { sleep } from "../sleep.ts";

/** The longest a dead letter is held back after a failure. */
export const MOST_HOLD_MS = 30_000;

const FIRST_HOLD_MS = 1_000;

/** Doublings beyond this many make no difference any more, and no overflow either. */
const MOST_DOUBLINGS = 10;

/**
 * Waits before dead letters whose function failed are abandoned: a second at first, doubling with every
 * delivery. A dead-letter queue knows no MaxDeliveryCount, so on the real host such a message comes again
 * at once and for ever, as fast as the function can fail; here that would drown a developer's log.
 */
export async function holdBack(
  messages: readonly Pick<ServiceBusReceivedMessage, "deliveryCount">[],
  mostMs: number,
  signal: AbortSignal,
): Promise<void> {
  const least = Math.min(...messages.map(({ deliveryCount = 0 }) => deliveryCount));
  const ms = FIRST_HOLD_MS * 2 ** Math.min(least, MOST_DOUBLINGS);
  await sleep(Math.min(ms, mostMs), signal);
}
