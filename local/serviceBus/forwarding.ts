import { encodeString, encodeSymbol } from "../amqp/codec/scalar.ts";
import { splitSections } from "../amqp/codec/sections.ts";
import { encodeEnqueueSequenceNumber, hasEnqueueSequenceNumber } from "./encodeMessage.ts";
import type { Entity } from "./entity.ts";
import type { QueuedMessage } from "./message.ts";
import { readMessageId } from "./messageId.ts";
import type { QueueDescription } from "./queueDescription.ts";
import type { StoredMessage } from "./storedMessage.ts";

/** Queues that a message may pass through one after the other, as the service counts them. */
const MAX_HOPS = 4;

const deadLetterSourceKey = encodeSymbol("x-opt-deadletter-source");

/**
 * Sends on to `target` whatever becomes available in `source`: at once, with a new number and time there, and
 * subject to its duplicate detection. `deadLettersOf` names the queue whose dead letters these are.
 */
export function forward(source: Entity, target: Entity, deadLettersOf?: string): void {
  source.dispatcher.add({
    isReady: () => true,
    takeOne: () => {
      const locked = source.queue.receive();
      if (!locked) return false;
      const { message, lock } = locked;
      const content = asForwarded(message, deadLettersOf);
      target.queue.send({
        content,
        messageId: readMessageId(splitSections(content.bare).properties) ?? target.newMessageId(),
        timeToLiveMs: content.timeToLiveMs,
        scheduledAt: undefined,
      });
      source.queue.settle(lock.id, { kind: "complete" });
      return true;
    },
  });
  // What was there before, after a restart.
  setImmediate(source.dispatcher.dispatch);
}

function asForwarded(
  { content, sequenceNumber }: QueuedMessage<StoredMessage>,
  deadLettersOf: string | undefined,
): StoredMessage {
  const origin = hasEnqueueSequenceNumber(content.annotations)
    ? []
    : encodeEnqueueSequenceNumber(sequenceNumber);
  const deadLetterSource =
    deadLettersOf === undefined ? [] : [deadLetterSourceKey, encodeString(deadLettersOf)];
  return { ...content, annotations: [...origin, ...content.annotations, ...deadLetterSource] };
}

/** Throws for queues that forward in a circle, or through more queues than the service lets a message pass. */
export function checkForwarding(queues: readonly QueueDescription[]): void {
  const targets = new Map(
    queues.map(({ name, forwardTo }) => [name.toLowerCase(), forwardTo?.toLowerCase()]),
  );
  for (const { name } of queues) {
    let hops = 0;
    for (let at = targets.get(name.toLowerCase()); at !== undefined; at = targets.get(at)) {
      hops += 1;
      if (hops > MAX_HOPS) {
        throw new Error(
          `Service Bus queue "${name}": ForwardTo leads through more than ${MAX_HOPS} queues`,
        );
      }
    }
  }
}
