import { AmqpError } from "../amqp/amqpError.ts";
import { encodeString, encodeSymbol } from "../amqp/codec/scalar.ts";
import { splitSections } from "../amqp/codec/sections.ts";
import { type Alarm, createAlarm } from "./alarm.ts";
import { encodeEnqueueSequenceNumber, hasEnqueueSequenceNumber } from "./encodeMessage.ts";
import type { Entity } from "./entity.ts";
import type { Log } from "./log.ts";
import type { QueuedMessage } from "./message.ts";
import { readMessageId } from "./messageId.ts";
import type { QueueDescription } from "./queueDescription.ts";
import { type StoredMessage, sizeOf } from "./storedMessage.ts";

/** Queues that a message may pass through one after the other, as the service counts them. */
const MAX_HOPS = 4;

/** How long a message waits that found no room, before it tries again. */
const RETRY_MS = 1_000;

const deadLetterSourceKey = encodeSymbol("x-opt-deadletter-source");

export type ForwardOptions = {
  readonly source: Entity;
  readonly target: Entity;
  /** The queue whose dead letters these are. */
  readonly deadLettersOf?: string;
  readonly now: () => number;
  readonly log: Log;
};

/**
 * Sends on to `target` whatever becomes available in `source`: at once, with a new number and time there, and
 * subject to its duplicate detection. While there is no room for it there, it waits where it is. The alarm
 * wakes what waits.
 */
export function forward({ source, target, deadLettersOf, now, log }: ForwardOptions): Alarm {
  let isWaiting = false;
  const ring = () => {
    isWaiting = false;
    source.dispatcher.offer(consumer);
    return undefined;
  };
  const alarm = createAlarm({ now, ring, log });
  const consumer = {
    isReady: () => !isWaiting,
    takeOne: () => {
      const locked = source.queue.receive();
      if (!locked) return false;
      const { message, lock } = locked;
      const content = asForwarded(message, deadLettersOf);
      if (!hasRoom(target, content)) {
        isWaiting = true;
        source.queue.settle(lock.id, { kind: "release" });
        alarm.set(now() + RETRY_MS);
        return false;
      }
      target.queue.send({
        content,
        messageId: readMessageId(splitSections(content.bare).properties) ?? target.newMessageId(),
        timeToLiveMs: content.timeToLiveMs,
        scheduledAt: undefined,
      });
      source.queue.settle(lock.id, { kind: "complete" });
      return true;
    },
  };
  // What was there before, after a restart, goes at once.
  source.dispatcher.offer(consumer);
  return alarm;
}

function hasRoom(target: Entity, content: StoredMessage): boolean {
  try {
    target.admit(sizeOf(content), 1);
    return true;
  } catch (error) {
    if (error instanceof AmqpError) return false;
    throw error;
  }
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
