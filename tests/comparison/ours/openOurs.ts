import { randomUUID } from "node:crypto";
import { createOrderStore } from "../../../shared/adapters/orderStore.ts";
import { createTable } from "../../../shared/adapters/tables.ts";
import { fakeClock } from "../../support/fakeClock.ts";
import { startTables } from "../../support/startTables.ts";
import type { Column } from "../executor.ts";
import { versionsOf } from "../versions.ts";
import { doorFirst } from "./doorFirst.ts";
import { createOrderExecutor } from "./orderExecutor.ts";

/** Order processing over Azure Tables, here Azurite behind a fault proxy. */
export async function openOurs(): Promise<Column> {
  const { connection, direct, proxy, stop } = await startTables();
  const clock = fakeClock();
  const storeIn = (to: typeof connection) =>
    createOrderStore({ table: createTable(to, "orders"), newId: randomUUID });
  await createTable(direct, "orders").call((client, options) => client.createTable(options));
  await createTable(direct, "submissions").call((client, options) => client.createTable(options));
  const kept = storeIn(direct);

  return {
    name: "this repository, Azure Tables",
    versions: versionsOf("@azure/data-tables", "azurite"),
    worker: ({ comparePayload = false } = {}) => {
      const processing = createOrderExecutor({
        store: storeIn(connection),
        clock,
        keptAnswer: async (order, correlationId) => {
          const { found } = await kept.load(order, correlationId);
          const reserved = found?.state.standing?.steps.reserve;
          return reserved?.outcome === "reserved" ? reserved.reservationId : undefined;
        },
      });
      return comparePayload
        ? doorFirst(createTable(connection, "submissions"), clock.now, processing)
        : processing;
    },
    advance: clock.advance,
    storeCalls: () => proxy.requests.length,
    // Whatever takes a key or ends it is a POST: an insert or a transaction.
    loseNextAnswer: () => proxy.inject("POST", "lose-answer"),
    close: stop,
  };
}
