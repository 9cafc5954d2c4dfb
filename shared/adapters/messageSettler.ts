import type { InvocationContext, ServiceBusQueueHandler } from "@azure/functions";
import type { UncertainCall } from "../errors.ts";
import type { Clock } from "../patterns/clock.ts";
import { type Delivery, decideSettlement, type SettlementLimits } from "../patterns/settlement.ts";
import { copyOf, deliveryOf, type Metadata, metadataOf } from "./messageDelivery.ts";
import type { MessageSender, OutgoingMessage } from "./serviceBusSender.ts";
import type { DeadLetter } from "./settlementClient.ts";

/** A delivery as a handler sees it. */
export type MessageDelivery = Delivery & {
  /** A copy, or delivered before: something may be known of it already. */
  readonly repeated: boolean;
  /** Why the message would be dead-lettered if the handler threw this; undefined when it would come again. */
  readonly deadLetterReason: (error: unknown) => string | undefined;
  /** Whether its attempts would start over after this, once the outcome of a call is known. */
  readonly startsOver: (error: unknown) => boolean;
  /** Tells that the call under this key has got its answer, whatever was unknown of it before. */
  readonly answered: (key: string) => void;
};

export type MessageHandler = (
  body: Uint8Array,
  context: InvocationContext,
  delivery: MessageDelivery,
) => Promise<void>;

export type SettlerOptions = {
  /** Sends to the very queue that the message came from. */
  readonly sender: MessageSender;
  readonly deadLetter: DeadLetter;
  /** Keeps a message until the outcome of its last call is known. */
  readonly keepUncertain: (call: UncertainCall, message: OutgoingMessage) => Promise<void>;
  readonly limits: SettlementLimits;
  readonly clock: Clock;
  readonly random: () => number;
  /** How long a message whose copy cannot be scheduled is held before it goes back; well within its lock. */
  readonly holdMs?: number;
};

const DEFAULT_HOLD_MS = 15_000;

/**
 * Turns what a queue handler returns or throws into settlement: return = complete; otherwise as `decideSettlement` says.
 * A copy is scheduled first and the message completed after, so a crash in between leaves two, never none. Where neither
 * copy nor dead-lettering is possible the error goes on to the host, which gives the message back.
 */
export function createMessageSettler(
  options: SettlerOptions,
): (handler: MessageHandler) => ServiceBusQueueHandler {
  const { limits, clock, random } = options;
  return (handler) =>
    async function settled(message, context) {
      const body = bytesOf(message);
      const metadata = metadataOf(context.triggerMetadata);
      // One instant for all of a delivery, so that what the handler was told is what happens.
      const now = clock.now();
      const delivery = deliveryOf(metadata, now);
      let { uncertain } = delivery;
      const decide = (error: unknown, random: number) =>
        decideSettlement(error, { ...delivery, uncertain }, limits, { now, random });
      try {
        await handler(body, context, {
          ...delivery,
          repeated: delivery.hop > 0 || (metadata.deliveryCount ?? 1) > 1,
          deadLetterReason(error) {
            const settlement = decide(error, 0);
            return settlement.action === "dead-letter" ? settlement.reason : undefined;
          },
          startsOver: (error) => decide(error, 0).action === "reconcile",
          answered(key) {
            if (key === uncertain?.call.key) uncertain = undefined;
          },
        });
      } catch (error) {
        const settlement = decide(error, random());
        const { id, attempt, hop } = delivery;
        if (settlement.action === "dead-letter") {
          const { reason, description } = settlement;
          context.error("message dead-lettered", { id, attempt, hop, reason, description });
          await deadLetterOr(error, options, metadata, reason, description);
          return;
        }
        if (settlement.action === "reconcile") {
          const { call, copy } = settlement;
          context.warn("message kept until its outcome is known", { id, attempt, hop, ...call });
          await options.keepUncertain(call, copyOf(body, metadata, copy)).catch(async () => {
            // Our own storage is nobody's attempt: the last one is made again.
            const last = { ...copy, attempt };
            await scheduleOr(error, options, limits.parkDelayMs, copyOf(body, metadata, last));
          });
          return;
        }
        const { delayMs, copy } = settlement;
        context.warn("message scheduled again", {
          id,
          attempt,
          hop,
          delayMs,
          cause: causeOf(error),
        });
        await scheduleOr(error, options, delayMs, copyOf(body, metadata, copy));
      }
    };
}

async function deadLetterOr(
  error: unknown,
  { deadLetter }: SettlerOptions,
  { lockToken }: Metadata,
  reason: string,
  description: string,
): Promise<void> {
  if (lockToken === undefined) throw error;
  try {
    await deadLetter(lockToken, reason, description);
  } catch (cause) {
    throw new Error(`could not dead-letter for ${reason}`, { cause });
  }
}

/** Two tries with a wait between: an abandoned message comes back at once, and its deliveries are few. */
async function scheduleOr(
  error: unknown,
  { sender, clock, holdMs = DEFAULT_HOLD_MS }: SettlerOptions,
  delayMs: number,
  copy: ReturnType<typeof copyOf>,
): Promise<void> {
  const schedule = () => sender.schedule(copy, clock.now() + delayMs);
  try {
    await schedule();
  } catch {
    await clock.sleep(holdMs);
    await schedule().catch((cause: unknown) => {
      throw new AggregateError([error, cause], "could not schedule the copy of a message");
    });
  }
}

/** `dataType: "binary"` brings the bytes as they were sent. */
function bytesOf(message: unknown): Uint8Array {
  if (message instanceof Uint8Array) return message;
  return Buffer.from(typeof message === "string" ? message : JSON.stringify(message));
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  return "code" in error ? String(error.code) : error.name;
}
