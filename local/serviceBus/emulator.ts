import { randomBytes } from "node:crypto";
import { AmqpError } from "../amqp/amqpError.ts";
import type { AmqpNode, AmqpService } from "../amqp/node.ts";
import { refuseWhenFull } from "../amqp/storageFull.ts";
import { type Alarm, createAlarm } from "./alarm.ts";
import { createEntity, type Entity } from "./entity.ts";
import { entityFull } from "./errors.ts";
import { checkForwarding, type ForwardOptions, forward } from "./forwarding.ts";
import { receiveIncoming } from "./incomingMessages.ts";
import type { Log } from "./log.ts";
import { createMessageIds } from "./messageIds.ts";
import type { OperationCounts } from "./operationCounts.ts";
import { operations } from "./operations/operations.ts";
import { sendOutgoing } from "./outgoingMessages.ts";
import { noFaults } from "./plannedFaults.ts";
import { Queue, type QueueCounts } from "./queue.ts";
import type { QueueDescription } from "./queueDescription.ts";
import type { QueueStores } from "./queueStore.ts";
import { withReason } from "./settlement.ts";
import { type StoredMessage, sizeOf } from "./storedMessage.ts";

export type ServiceBusOptions = {
  readonly queues: readonly QueueDescription[];
  readonly now: () => number;
  /** Where messages outlive the process; in memory only where absent. */
  readonly stores?: QueueStores | undefined;
  readonly log: Log;
};

export type QueueReport = QueueCounts & { readonly name: string; readonly deadLettered: number };

export type OperationsReport = Readonly<OperationCounts> & { readonly name: string };

export type ServiceBus = AmqpService & {
  readonly entities: () => readonly QueueReport[];
  /** What clients did with each queue and dead-letter queue so far. */
  readonly operations: () => readonly OperationsReport[];
  /** The queue or dead-letter queue at this path. */
  readonly find: (path: string) => Entity | undefined;
  /** Empties every queue, or the one of this name, and forgets its planned faults; receivers stay attached. False when there is none. */
  readonly reset: (name?: string) => boolean;
  readonly close: () => void;
};

/**
 * The queues of one Service Bus namespace, as they were left where `stores` has them. Throws when a description asks for what is not
 * emulated: a queue that half works would be worse than none.
 */
export function createServiceBus({ queues, now, stores, log }: ServiceBusOptions): ServiceBus {
  const newMessageId = createMessageIds(randomBytes);
  const entities = new Map<string, Entity>();
  const alarms: Alarm[] = [];

  const main = queues.map((description) => {
    refuseUnsupported(description);
    const ring = () => {
      queue.sweep();
      return queue.nextDueAt();
    };
    const alarm = createAlarm({ now, ring, log });
    const store = stores?.of(description.name);
    const byQueue = new Map<Queue<StoredMessage>, Entity>();
    const queue: Queue<StoredMessage> = new Queue({
      rules: description,
      now,
      withReason,
      sizeOf,
      onDue: alarm.set,
      ...(store && { onChange: store.record }),
      onAvailable: (available) => byQueue.get(available)?.dispatcher.dispatch(),
    });
    alarms.push(alarm);
    for (const [path, part] of [
      [description.name, queue],
      [`${description.name}/$DeadLetterQueue`, queue.deadLetters],
    ] as const) {
      if (!part) continue;
      const makeRoom = (bytes: number, count: number) =>
        refuseWhenFull(path, () => store?.makeRoom(bytes, count));
      const admit = (bytes: number, count: number) => {
        const { maxSizeBytes } = description;
        if (queue.bytes() >= maxSizeBytes) throw entityFull(path, queue.bytes(), maxSizeBytes);
        makeRoom(bytes, count);
      };
      const entity = createEntity(
        {
          path,
          takesMessages: part === queue,
          givesMessages: part !== queue || description.forwardTo === undefined,
          queue: part,
          newMessageId,
          admit,
          makeRoom,
        },
        log,
      );
      entities.set(path.toLowerCase(), entity);
      byQueue.set(part, entity);
    }
    return { name: description.name, queue, alarm, parts: [...byQueue.values()] };
  });
  stores?.restore(main);
  for (const { queue, alarm } of main) {
    const dueAt = queue.nextDueAt();
    if (dueAt !== undefined) alarm.set(dueAt);
  }
  alarms.push(...forwardAll(queues, entities, { now, log }));

  return {
    resolve: (address) => {
      const [, path = "", management] = /^(.*?)(\/\$management)?$/i.exec(address) ?? [];
      const entity = entities.get(path.toLowerCase());
      if (!entity) return undefined;
      return management ? managementNode(entity) : messageNode(entity);
    },
    find: (path) => entities.get(path.toLowerCase()),
    entities: () =>
      main.map(({ name, queue }) => ({
        name,
        ...queue.counts(),
        deadLettered: queue.deadLetters ? total(queue.deadLetters.counts()) : 0,
      })),
    operations: () => [...entities.values()].map(({ path, counts }) => ({ name: path, ...counts })),
    reset: (name) => {
      const chosen = main.filter(
        (one) => name === undefined || one.name.toLowerCase() === name.toLowerCase(),
      );
      for (const { queue, parts } of chosen) {
        for (const { planned } of parts) Object.assign(planned, noFaults());
        queue.clear();
      }
      return chosen.length > 0;
    },
    close: () => {
      for (const alarm of alarms) alarm.cancel();
    },
  };
}

function messageNode(entity: Entity): AmqpNode {
  return {
    openIncoming: () => receiveIncoming(entity),
    openOutgoing: (link) => sendOutgoing(entity, link),
  };
}

function managementNode(entity: Entity): AmqpNode {
  return {
    answer: (request) => {
      const operation = operations.get(request.operation);
      if (operation) return operation(entity, request);
      throw new AmqpError(
        "amqp:not-implemented",
        `'${request.operation}' is not emulated for '${entity.path}'.`,
      );
    },
  };
}

function total({ active, scheduled, locked, deferred }: QueueCounts): number {
  return active + scheduled + locked + deferred;
}

function forwardAll(
  queues: readonly QueueDescription[],
  entities: ReadonlyMap<string, Entity>,
  shared: Pick<ForwardOptions, "now" | "log">,
): Alarm[] {
  checkForwarding(queues);
  const at = (path: string | undefined) => path && entities.get(path.toLowerCase());
  return queues.flatMap(({ name, forwardTo, forwardDeadLetteredMessagesTo }) => {
    const source = at(name);
    const target = at(forwardTo);
    const deadLetters = at(`${name}/$DeadLetterQueue`);
    const deadTarget = at(forwardDeadLetteredMessagesTo);
    return [
      ...(source && target ? [forward({ source, target, ...shared })] : []),
      ...(deadLetters && deadTarget
        ? [forward({ source: deadLetters, target: deadTarget, deadLettersOf: name, ...shared })]
        : []),
    ];
  });
}

function refuseUnsupported({ name, requiresSession }: QueueDescription): void {
  if (requiresSession) {
    throw new Error(`Service Bus queue "${name}": RequiresSession is not emulated`);
  }
}
