export type EntityCounts = {
  readonly name: string;
  readonly active: number;
  readonly scheduled: number;
  readonly locked: number;
};

/** What the broker says that a queue holds. */
export async function entityCounts(adminUrl: string, queue: string): Promise<EntityCounts> {
  const response = await fetch(`${adminUrl}/entities`);
  const { queues } = (await response.json()) as { queues: EntityCounts[] };
  const found = queues.find(({ name }) => name === queue);
  if (!found) throw new Error(`no queue ${queue}`);
  return found;
}
