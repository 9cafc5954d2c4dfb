import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { createDispatchLog } from "../../../shared/adapters/dispatchLog.ts";
import { createOrderStore } from "../../../shared/adapters/orderStore.ts";
import { createSubmissionTable } from "../../../shared/adapters/submissionTable.ts";
import { createTable } from "../../../shared/adapters/tables.ts";
import { createSweepRetention } from "../../../shared/services/retention.ts";
import { aRecord, CORRELATION_ID } from "../../support/anOrder.ts";
import { useOrderTable } from "./useOrderTable.ts";

const { table, connection, anOrder } = useOrderTable();

const RETENTION_MS = 30 * 24 * 60 * 60 * 1_000;
const note = {
  correlationId: CORRELATION_ID,
  outcome: "ignored" as const,
  reason: "superseded",
  at: 1_731_924_725_000,
};

/** An order with a record, a note and a dispatch log. */
async function aProcessedOrder() {
  const order = anOrder();
  const store = createOrderStore({ table: table(), newId: randomUUID });
  const record = aRecord({ key: `${order}:${CORRELATION_ID}:OrderSubmitted` });
  const state = { lastCommand: 1 };
  const created = await store.create(order, { state }, record.key);
  if ("found" in created) throw new Error("the partition was not empty");
  await store.replace(order, { state }, created.version, record);
  await store.note(order, note);
  const log = createDispatchLog({ table: table(), newId: randomUUID });
  await log.write(order, { last: 1, hashes: {} }, undefined);
  return { order, store, log };
}

const sweepAt = (now: number) =>
  createSweepRetention({ tables: connection(), RETENTION_MS }, { now: () => now })();

it("removes what is older than the retention time, and never the numbers of an order", async () => {
  const orders = await Promise.all(Array.from({ length: 60 }, aProcessedOrder));
  const submissions = createSubmissionTable(createTable(connection(), "intake"));
  await submissions.keepFirst("a", { orderId: "order", payloadHash: "h", acceptedAt: 1 });

  const early = await sweepAt(Date.now() + RETENTION_MS - 60_000);
  const due = await sweepAt(Date.now() + RETENTION_MS + 1_000);

  expect(early).toEqual({ orders: 0, intake: 0, credit: 0 });
  expect(due).toEqual({ orders: 120, intake: 1, credit: 0 });
  for (const { order, store, log } of orders.slice(0, 3)) {
    expect(await store.traces(order)).toEqual({ records: [], notes: [] });
    expect((await store.load(order, CORRELATION_ID)).found?.state).toEqual({ lastCommand: 1 });
    expect((await log.read(order))?.log.last).toBe(1);
  }
});
