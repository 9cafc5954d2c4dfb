import type { ServiceBusQueueHandler } from "@azure/functions";
import type { MessageSender, OutgoingMessage } from "../../../shared/adapters/serviceBusSender.ts";
import { recordingContext } from "../recordingContext.ts";
import type { Chances, Faults } from "./faults.ts";
import type { VirtualTime } from "./virtualTime.ts";

type Stored = { readonly message: OutgoingMessage; deliveries: number; state: "there" | "gone" };

export type SimulatedQueue = {
  readonly senderWith: (faults: Faults) => MessageSender;
  readonly deadLetter: (lockToken: string, reason: string) => Promise<void>;
  /** Hands every message to the handler, so many at once. */
  readonly listen: (handler: () => ServiceBusQueueHandler, concurrency: number) => void;
  readonly deadLetters: readonly string[];
  /** Messages that are neither completed nor dead-lettered. */
  readonly left: () => number;
};

const LOCK_MS = 60_000;
const DUPLICATE_WINDOW_MS = 10 * 60_000;
const MAX_DELIVERIES = 10;

/** A peek-lock queue with scheduled messages, duplicate detection and at-least-once delivery. */
export function createSimulatedQueue(
  name: string,
  time: VirtualTime,
  faults: Faults,
  chances: Chances,
): SimulatedQueue {
  const seen = new Map<string, number>();
  const locked = new Map<string, Stored>();
  const ready: Stored[] = [];
  const deadLetters: string[] = [];
  let left = 0;
  let free = 0;
  let tokens = 0;
  let handlerOf: (() => ServiceBusQueueHandler) | undefined;

  const bury = (stored: Stored, reason: string) => {
    stored.state = "gone";
    left--;
    deadLetters.push(`${reason} ${stored.message.messageId}`);
  };

  const offer = (stored: Stored) => {
    if (stored.state === "gone") return;
    ready.push(stored);
    pump();
  };

  const deliver = async (handler: ServiceBusQueueHandler, stored: Stored) => {
    const { message } = stored;
    if (++stored.deliveries > MAX_DELIVERIES) {
      bury(stored, "MaxDeliveryCountExceeded");
      return;
    }
    const lockToken = `${name} lock ${++tokens}`;
    locked.set(lockToken, stored);
    const { context } = recordingContext({
      messageId: message.messageId,
      applicationProperties: message.applicationProperties,
      deliveryCount: stored.deliveries,
      lockToken,
    });
    const handled = Promise.resolve(handler(message.body, context)).then(
      () => (faults.chance(chances.duplicate) ? "completion lost" : "completed"),
      () => "abandoned",
    );
    const outcome = await Promise.race([handled, time.sleep(LOCK_MS).then(() => "lock lost")]);
    locked.delete(lockToken);
    if (stored.state === "gone") return; // dead-lettered meanwhile
    if (outcome === "completed") {
      stored.state = "gone";
      left--;
    } else if (outcome === "completion lost") {
      void time.sleep(LOCK_MS).then(() => offer(stored));
    } else {
      offer(stored);
    }
  };

  const pump = () => {
    const handler = handlerOf?.();
    const stored = handler && free > 0 ? ready.shift() : undefined;
    if (handler === undefined || stored === undefined) return;
    free--;
    void deliver(handler, stored).finally(() => {
      free++;
      pump();
    });
    pump();
  };

  const accept = (message: OutgoingMessage, at: number) => {
    const last = seen.get(message.messageId);
    if (last !== undefined && time.now() - last < DUPLICATE_WINDOW_MS) return;
    seen.set(message.messageId, time.now());
    left++;
    const { body } = message;
    const bytes = body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body));
    const sent = { ...message, body: bytes };
    const stored: Stored = { message: sent, deliveries: 0, state: "there" };
    void time.sleep(at - time.now()).then(() => offer(stored));
  };

  const unavailable = () => new Error(`queue ${name} did not accept`);
  return {
    deadLetters,
    left: () => left,
    senderWith: ({ around }) => ({
      send: (message) =>
        around(`send ${message.messageId}`, () => accept(message, time.now()), unavailable),
      schedule: (message, at) =>
        around(`schedule ${message.messageId}`, () => accept(message, at), unavailable),
    }),
    async deadLetter(lockToken, reason) {
      const stored = locked.get(lockToken);
      if (stored === undefined) throw new Error("the lock is lost");
      bury(stored, reason);
    },
    listen(handler, concurrency) {
      handlerOf = handler;
      free = concurrency;
      pump();
    },
  };
}
