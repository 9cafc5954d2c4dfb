import { createDispatcher, type Dispatcher } from "./dispatcher.ts";
import { createLockTokens, type LockTokens } from "./lockTokens.ts";
import type { Log } from "./log.ts";
import { noOperations, type OperationCounts } from "./operationCounts.ts";
import { noFaults, type PlannedFaults } from "./plannedFaults.ts";
import type { Queue } from "./queue.ts";
import type { StoredMessage } from "./storedMessage.ts";

/** A queue or dead-letter queue as links and operations see it. */
export type Entity = {
  /** As in an address: `orders`, `orders/$DeadLetterQueue`. */
  readonly path: string;
  /** False for a dead-letter queue: only the broker puts messages there. */
  readonly takesMessages: boolean;
  /** False for a queue that forwards to another: nobody else receives from it. */
  readonly givesMessages: boolean;
  readonly queue: Queue<StoredMessage>;
  readonly tokens: LockTokens;
  readonly dispatcher: Dispatcher;
  readonly planned: PlannedFaults;
  readonly counts: OperationCounts;
  readonly newMessageId: () => string;
  /** Throws what a sender shall hear when so many messages, of so many bytes together, cannot be taken. */
  readonly admit: (bytes: number, count: number) => void;
  /** The same for messages that are here already and are written again, however large the queue is. */
  readonly makeRoom: (bytes: number, count: number) => void;
};

export function createEntity(
  parts: Pick<
    Entity,
    "path" | "takesMessages" | "givesMessages" | "queue" | "newMessageId" | "admit" | "makeRoom"
  >,
  log: Log,
): Entity {
  return {
    ...parts,
    tokens: createLockTokens(),
    dispatcher: createDispatcher(log),
    planned: noFaults(),
    counts: noOperations(),
  };
}
