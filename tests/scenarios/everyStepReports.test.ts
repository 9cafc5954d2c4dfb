import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { request } from "../../local/outside/request.ts";
import { until } from "../../local/outside/until.ts";
import { useStack } from "../support/useStack.ts";

const local = useStack();

const call = (method: string, path: string, body?: unknown) => {
  const { stack } = local;
  const headers = { "x-functions-key": stack.keys.function, "idempotency-key": randomUUID() };
  return request(method, `${stack.host.info.url}/api/${path}`, { body, headers });
};

const STEPS = [
  "credit.check bureau.approve",
  "order.intake api.accepted",
  "order.intake webhook.accepted",
  "order.intake webhook.refused",
  "order.attempt approved",
  "order.reserve.ms reserved",
  "warehouse.requestShipment.ms shipped",
];

test("every step of an order reports to the hub: credit check, each door, processing, dispatch", async () => {
  const { dataverse, enterOrder } = local.world;
  const order = await enterOrder("every step reports", "BIKE-100", 1, "900.0000");
  await dataverse.submit(order);
  await dataverse.fulfilled(order, "approved");

  const doors = [
    await call("POST", "orders", { orderId: order }),
    await call("POST", "webhooks/dataverse", { nothing: "of ours" }),
  ];
  await until("a reading of each step", async () => {
    const { body } = await call("GET", "telemetry");
    const windows = body["windows"] as { readonly metric: string; readonly key: string }[];
    const told = new Set(windows.map(({ metric, key }) => `${metric} ${key}`));
    return STEPS.every((step) => told.has(step)) ? true : undefined;
  });

  expect(doors.map(({ status }) => status)).toEqual([202, 202]);
});
