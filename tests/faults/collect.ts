import type { Arena } from "./arena.ts";
import type { Evidence } from "./oracle/evidence.ts";
import { logEntries } from "./oracle/logEntries.ts";
import type { Orders } from "./orders.ts";
import { deadMessages } from "./queues.ts";
import { orderRows } from "./tableRows.ts";

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
        holder: typeof holder === "string" ? holder : undefined,
      };
    }),
  );
  const [inventory, warehouse, procurement, dead] = await Promise.all([
    world.standIns.ledger("inventory"),
    world.standIns.ledger("warehouse"),
    world.standIns.ledger("procurement"),
    deadMessages(arena),
  ]);
  const lines = arena.log.slice(logFrom);
  return {
    orders: facts,
    inventory,
    warehouse,
    procurement,
    deadMessages: dead,
    left,
    log: logEntries(lines),
    output: lines.map(({ line }) => line),
    secrets: [stack.keys.function, stack.keys.master],
    answers: orders.answers,
  };
}
