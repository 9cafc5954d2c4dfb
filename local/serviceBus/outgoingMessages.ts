import { AmqpError } from "../amqp/amqpError.ts";
import type { Outcome, OutgoingHandler, OutgoingLink, Settlement } from "../amqp/node.ts";
import { encodeMessage } from "./encodeMessage.ts";
import type { Entity } from "./entity.ts";
import { lockLost } from "./errors.ts";
import { settlementOf } from "./settlement.ts";

/** How long a link gets nothing after it gave a message back, so that another link may have it. */
const RELEASE_PAUSE_MS = 30;

const SESSION_FILTER = "com.microsoft:session-filter";

/** A link by which a client receives. Locks outlive it: the client can still settle by `$management`. */
export function sendOutgoing(entity: Entity, link: OutgoingLink): OutgoingHandler {
  const { path, queue, tokens, dispatcher, givesMessages } = entity;
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
      dispatcher.dispatch();
    }, RELEASE_PAUSE_MS);
  };

  const settle = (lockId: number, outcome: Outcome): Settlement => {
    if (outcome.kind === "released") pauseAfterRelease();
    if (!queue.settle(lockId, settlementOf(outcome))) return lockLost();
    // A rejected that carries an error would make the client throw.
    return outcome.kind === "rejected" ? "rejected" : "accepted";
  };

  const takeLocked = () => {
    const locked = queue.receive();
    if (!locked) return false;
    const { message, lock } = locked;
    const encoded = encodeMessage(message, { lockedUntil: lock.until });
    link.send(encoded, tokens.toDeliveryTag(lock.id), (outcome) => settle(lock.id, outcome));
    return true;
  };

  const takeForGood = () => {
    const message = queue.receiveAndDelete();
    if (!message) return false;
    link.send(encodeMessage(message), tokens.toDeliveryTag(message.sequenceNumber));
    return true;
  };

  const consumer = {
    isReady: () => pause === undefined && link.credit() > 0,
    takeOne: link.presettled ? takeForGood : takeLocked,
  };
  dispatcher.add(consumer);
  return {
    onCredit: dispatcher.dispatch,
    onClose: () => {
      clearTimeout(pause);
      dispatcher.remove(consumer);
    },
  };
}
