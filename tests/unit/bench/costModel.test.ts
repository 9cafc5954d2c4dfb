import { expect, test } from "vitest";
import { costOf, type Prices } from "../../../bench/costModel.ts";
import type { Wire } from "../../../bench/wire.ts";

const prices: Prices = {
  date: "2026-01-01",
  currency: "USD",
  about: "made up",
  perMillion: {
    "broker operations": 1,
    "storage calls": 0.1,
    "function executions": 0.5,
    "telemetry events": 0.01,
  },
};
const hop = { sent: 1, delivered: 1, completed: 1 };
const order: Wire = {
  processing: ["POST", "POST"],
  dispatch: ["GET", "POST"],
  intake: ["POST", "PUT"],
  breakers: ["GET"],
  other: [],
  orders: hop,
  warehouse: hop,
  telemetry: 5,
};

test("a million orders cost what one order does on the wire, at the price of a million of each", () => {
  const lines = costOf(order, prices);

  expect(lines).toEqual([
    { item: "broker operations", perOrder: 6, perMillionOrders: 6 },
    { item: "storage calls", perOrder: 6, perMillionOrders: expect.closeTo(0.6) as number },
    { item: "function executions", perOrder: 3, perMillionOrders: 1.5 },
    { item: "telemetry events", perOrder: 5, perMillionOrders: 0.05 },
  ]);
});

test("a retry costs its broker operations and its execution", () => {
  const retried = { sent: 1, scheduled: 1, delivered: 2, completed: 2 };

  const [broker, , executions] = costOf({ ...order, orders: retried }, prices);

  expect(broker?.perOrder).toBe(9);
  expect(executions?.perOrder).toBe(4);
});
