import { errorKind } from "../errorKind.ts";
import type { Log } from "../log.ts";
import type { Delivery } from "./deliveries.ts";

/**
 * What the host does with a message after its function: complete after success, abandon after failure (for
 * redelivery at once), nothing where the app has settled it. A settlement that fails is logged: the lock
 * then runs out and the message comes again.
 */
export async function settleAfter(
  outcome: "complete" | "abandon",
  delivery: Delivery,
  log: Log,
  category: string,
): Promise<void> {
  if (delivery.isSettled()) return;
  try {
    await delivery.settle(outcome, (receiver, message) =>
      outcome === "complete" ? receiver.completeMessage(message) : receiver.abandonMessage(message),
    );
  } catch (error) {
    log("warning", category, `could not ${outcome} a message: ${errorKind(error)}`);
  }
}
