import { succeed } from "./request.ts";

/** What clients did with a queue so far, by kind: `sent`, `delivered`, `completed`, … (the broker's `GET /operations`). */
export type QueueOperations = Readonly<Record<string, number>>;

/** The counts of a queue; `orders/$DeadLetterQueue` names a dead-letter queue. */
export async function operationsOf(adminUrl: string, queue: string): Promise<QueueOperations> {
  const { body } = await succeed("GET", `${adminUrl}/operations`);
  const queues = body["queues"] as readonly ({ readonly name: string } & QueueOperations)[];
  const found = queues.find(({ name }) => name === queue);
  if (found === undefined) throw new Error(`no queue ${queue}`);
  const { name: _, ...counts } = found;
  return counts;
}

/** What happened between two looks; what did not happen is left out. */
export function operationsBetween(
  before: QueueOperations,
  after: QueueOperations,
): QueueOperations {
  return Object.fromEntries(
    Object.entries(after)
      .map(([kind, count]) => [kind, count - (before[kind] ?? 0)] as const)
      .filter(([, count]) => count !== 0),
  );
}

export function totalOf(operations: QueueOperations): number {
  return Object.values(operations).reduce((sum, count) => sum + count, 0);
}
