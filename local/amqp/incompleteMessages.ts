import { AmqpError } from "./amqpError.ts";
import { limits } from "./limits.ts";
import type { RheaReceiver } from "./rheaInternals.ts";

/** The messages of one connection whose last frame has not come, by how much of them is held. */
export type IncompleteMessages = {
  /** Throws when the connection would hold too much. */
  readonly add: (link: RheaReceiver, bytes: number) => void;
  readonly forget: (link: RheaReceiver) => void;
};

export function createIncompleteMessages(): IncompleteMessages {
  const held = new Map<RheaReceiver, number>();
  let total = 0;
  return {
    add: (link, bytes) => {
      total += bytes;
      if (total > limits.incompleteBytes) {
        throw new AmqpError(
          "amqp:link:message-size-exceeded",
          `A connection may hold ${limits.incompleteBytes} bytes of incomplete messages.`,
        );
      }
      held.set(link, (held.get(link) ?? 0) + bytes);
    },
    forget: (link) => {
      total -= held.get(link) ?? 0;
      held.delete(link);
    },
  };
}
