import { TableClient } from "@azure/data-tables";
import { ServiceBusClient } from "@azure/service-bus";
import { succeed } from "../../local/outside/request.ts";
import type { Arena } from "./arena.ts";
import type { DeadMessage, Evidence } from "./oracle/evidence.ts";
import { logEntries } from "./oracle/logEntries.ts";
import type { Orders } from "./orders.ts";

const POLL_MS = 100;
const MANY = 1_000;

type QueueReport = Readonly<
  Record<"active" | "locked" | "scheduled" | "deadLettered", number> & { name: string }
>;

async function queuesOf({ stack }: Arena): Promise<readonly QueueReport[]> {
  const { body } = await succeed("GET", `http://127.0.0.1:${stack.broker.info.adminPort}/entities`);
  return body["queues"] as QueueReport[];
}

/** The judge's own way to the rows, around the faults. */
function tableOf({ stack }: Arena, name: string): TableClient {
  return TableClient.fromConnectionString(stack.connectionStrings.storage, name, {
    allowInsecureConnection: true,
  });
}

/** What is still under way; empty when nothing is. A table that nobody has written to yet has no rows. */
async function underWay(arena: Arena): Promise<string[]> {
  const queues = (await queuesOf(arena))
    .filter(({ active, locked, scheduled }) => active + locked + scheduled > 0)
    .map(
      ({ name, active, locked, scheduled }) =>
        `queue ${name} (active ${active}, locked ${locked}, scheduled ${scheduled})`,
    );
  const rows = await Promise.all([
    countRows(tableOf(arena, "intake"), "outbox"),
    countRows(tableOf(arena, "reconciliation"), "uncertain"),
  ]);
  const jobs = (await arena.world.standIns.systemJobs()).filter(({ statecode }) => statecode !== 3);
  return [
    ...queues,
    ...(rows[0] > 0 ? [`${rows[0]} rows of the outbox`] : []),
    ...(rows[1] > 0 ? [`${rows[1]} calls of unknown outcome`] : []),
    ...(jobs.length > 0 ? [`${jobs.length} system jobs`] : []),
  ];
}

async function countRows(table: TableClient, partition: string): Promise<number> {
  const queryOptions = { filter: `PartitionKey eq '${partition}'`, select: ["RowKey"] };
  let count = 0;
  try {
    for await (const _row of table.listEntities({ queryOptions })) count += 1;
  } catch (error) {
    if (!String(error).includes("TableNotFound")) throw error;
  }
  return count;
}

/** Waits until nothing is under way, for so long at most; tells what still is. */
export async function drained(arena: Arena, limitMs: number): Promise<string[]> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const left = await underWay(arena);
    if (left.length === 0 || performance.now() > deadline) return left;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** One row as the table has it; undefined where there is none. */
export async function findRow(arena: Arena, table: string, partition: string, row: string) {
  return await tableOf(arena, table)
    .getEntity<Record<string, unknown>>(partition, row)
    .catch(() => undefined);
}

/** Rows of one order, as the table has them. */
export async function orderRows(arena: Arena, id: string) {
  const rows = new Map<string, Readonly<Record<string, unknown>>>();
  const queryOptions = { filter: `PartitionKey eq 'salesorder:${id}'` };
  const found = tableOf(arena, "orders").listEntities<Record<string, unknown>>({ queryOptions });
  for await (const row of found) rows.set(String(row.rowKey), row);
  return rows;
}

/** Takes the dead letters out, so that the next run finds its own only. */
async function takeDeadMessages(arena: Arena): Promise<DeadMessage[]> {
  const queues = await queuesOf(arena);
  const filled = queues.flatMap(({ name, deadLettered }) => (deadLettered > 0 ? [name] : []));
  if (filled.length === 0) return [];
  const client = new ServiceBusClient(arena.stack.connectionStrings.broker);
  try {
    const dead: DeadMessage[] = [];
    for (const queue of filled) {
      const receiver = client.createReceiver(queue, {
        receiveMode: "receiveAndDelete",
        subQueueType: "deadLetter",
        skipParsingBodyAsJson: true,
      });
      for (;;) {
        const messages = await receiver.receiveMessages(MANY, { maxWaitTimeInMs: 500 });
        if (messages.length === 0) break;
        for (const message of messages) {
          const { messageId, deadLetterReason, deadLetterErrorDescription } = message;
          const properties = JSON.stringify(message.applicationProperties ?? {});
          dead.push({
            queue,
            messageId: String(messageId),
            reason: deadLetterReason ?? "",
            text: `${String(message.body)} ${deadLetterErrorDescription} ${properties}`,
          });
        }
      }
    }
    return dead;
  } finally {
    await client.close();
  }
}

/** Everything that the judge goes by. */
export async function collect(
  arena: Arena,
  orders: Orders,
  { left, logFrom }: { readonly left: readonly string[]; readonly logFrom: number },
): Promise<Evidence> {
  const { world, stack } = arena;
  const facts = await Promise.all(
    orders.all.map(async ({ id, wanted }) => {
      const [fulfilments, rows] = await Promise.all([
        world.dataverse.fulfilments(id),
        orderRows(arena, id),
      ]);
      const holder = rows.get("order")?.["holder"];
      return {
        id,
        wanted,
        outcomes: fulfilments.map((row) => String(row["contoso_outcome"])),
        holder: holder === undefined ? undefined : String(holder),
      };
    }),
  );
  const [inventory, warehouse, procurement, deadMessages] = await Promise.all([
    world.standIns.ledger("inventory"),
    world.standIns.ledger("warehouse"),
    world.standIns.ledger("procurement"),
    takeDeadMessages(arena),
  ]);
  const lines = arena.log.slice(logFrom);
  return {
    orders: facts,
    inventory,
    warehouse,
    procurement,
    deadMessages,
    left,
    log: logEntries(lines),
    output: lines.map(({ line }) => line),
    secrets: [stack.keys.function, stack.keys.master],
    answers: orders.answers,
  };
}
