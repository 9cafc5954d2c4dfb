import { AmqpError } from "./amqpError.ts";
import { limits } from "./limits.ts";
import type { RheaReceiver } from "./rheaInternals.ts";

/** The messages of one connection whose last frame has not come, by how much of them is held. */
export type IncompleteMessages = {
  /** Throws when the connection, or all of them together, would hold too much. */
  readonly add: (link: Pick<RheaReceiver, "name">, bytes: number) => void;
  readonly forget: (link: Pick<RheaReceiver, "name">) => void;
};

/** What all connections of a listener hold. */
export type HeldByAll = { bytes: number };

export function createIncompleteMessages(all: HeldByAll): IncompleteMessages {
  const held = new Map<Pick<RheaReceiver, "name">, number>();
  let total = 0;
  return {
    add: (link, bytes) => {
      total += bytes;
      all.bytes += bytes;
      held.set(link, (held.get(link) ?? 0) + bytes);
      if (total > limits.incompleteBytes || all.bytes > limits.incompleteBytesOfAll) {
        throw new AmqpError(
          "amqp:link:message-size-exceeded",
          `A connection may hold ${limits.incompleteBytes} bytes of incomplete messages, all together ${limits.incompleteBytesOfAll}.`,
        );
      }
    },
    forget: (link) => {
      const bytes = held.get(link) ?? 0;
      total -= bytes;
      all.bytes -= bytes;
      held.delete(link);
    },
  };
}
