import { AmqpError } from "../amqp/amqpError.ts";
import type { Outcome, OutgoingHandler, OutgoingLink, Settlement } from "../amqp/node.ts";
import { encodeMessage } from "./encodeMessage.ts";
import type { Entity } from "./entity.ts";
import { lockLost } from "./errors.ts";
import type { LockedMessage } from "./message.ts";
import { strikes } from "./plannedFaults.ts";
import { settleLock } from "./settleLock.ts";
import { settlementOf } from "./settlement.ts";
import type { StoredMessage } from "./storedMessage.ts";

/** How long a link gets nothing after it gave a message back, so that another link may have it. */
const RELEASE_PAUSE_MS = 30;

const SESSION_FILTER = "com.microsoft:session-filter";

/** A link by which a client receives. Locks outlive it: the client can still settle by `$management`. */
export function sendOutgoing(entity: Entity, link: OutgoingLink): OutgoingHandler {
  const { path, queue, tokens, dispatcher, givesMessages, planned, counts } = entity;
  if (!givesMessages) {
    throw new AmqpError(
      "amqp:not-allowed",
      `'${path}' forwards its messages; receive from its target.`,
    );
  }
  if (SESSION_FILTER in link.filters) {
    throw new AmqpError("amqp:not-allowed", `'${path}' has no sessions to receive from.`);
  }
  let pause: NodeJS.Timeout | undefined;

  const pauseAfterRelease = () => {
    if (pause) return;
    pause = setTimeout(() => {
      pause = undefined;
      dispatcher.offer(consumer);
    }, RELEASE_PAUSE_MS);
  };

  const settle = (lockId: number, outcome: Outcome): Settlement | undefined => {
    if (strikes(planned, "lostDispositions")) return undefined;
    if (outcome.kind === "released") pauseAfterRelease();
    try {
      if (!settleLock(entity, lockId, settlementOf(outcome))) return lockLost();
    } catch (error) {
      if (error instanceof AmqpError) return error;
      throw error;
    }
    // A rejected that carries an error would make the client throw.
    return outcome.kind === "rejected" ? "rejected" : "accepted";
  };

  const takeLocked = () => {
    if (planned.reversed > 1) return takeReversed();
    const locked = queue.receive();
    if (locked) sendLocked(locked);
    return locked !== undefined;
  };

  const sendLocked = ({ message, lock }: LockedMessage<StoredMessage>) => {
    const encoded = encodeMessage(message, { lockedUntil: lock.until });
    link.send(encoded, tokens.toDeliveryTag(lock.id), (outcome) => settle(lock.id, outcome));
    counts.delivered += 1;
  };

  const takeReversed = () => {
    const taken: LockedMessage<StoredMessage>[] = [];
    for (let room = Math.min(planned.reversed, link.credit()); room > 0; room -= 1) {
      const locked = queue.receive();
      if (locked) taken.push(locked);
    }
    planned.reversed = 0;
    for (const locked of taken.toReversed()) {
      if (link.credit() > 0) sendLocked(locked);
      else queue.settle(locked.lock.id, { kind: "release" });
    }
    return taken.length > 0;
  };

  const takeForGood = () => {
    const message = queue.receiveAndDelete();
    if (!message) return false;
    link.send(encodeMessage(message), tokens.toDeliveryTag(message.sequenceNumber));
    counts.delivered += 1;
    return true;
  };

  const take = link.presettled ? takeForGood : takeLocked;
  const consumer = {
    isReady: () => pause === undefined && link.credit() > 0,
    takeOne: () => planned.heldBack === 0 && take(),
  };
  return {
    onCredit: () => dispatcher.offer(consumer),
    onClose: () => {
      clearTimeout(pause);
      dispatcher.remove(consumer);
    },
  };
}
