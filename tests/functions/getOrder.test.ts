import { expect, test } from "vitest";
import { registerGetOrder } from "../../functions/getOrder.ts";
import type { OrderView } from "../../shared/domain/orderView.ts";
import { ROW } from "../support/aChangeEvent.ts";
import { callHttp } from "../support/httpCall.ts";
import { memoryIntake } from "../support/intake.ts";
import { recordingApp } from "../support/recordingApp.ts";

function aDoor() {
  const intake = memoryIntake();
  const app = recordingApp();
  registerGetOrder(app, intake.services);
  const get = (id: string) =>
    callHttp(app, "getOrder", {
      method: "GET",
      url: `http://localhost:7071/api/orders/${id}?code=secret`,
      params: { id },
    });
  return { ...intake, app, get };
}

const view = (state: OrderView["state"]): OrderView => ({
  order: ROW,
  orderNumber: "ORD-1",
  state,
  updatedAt: 1,
  trail: [{ at: 1, step: "reserve", outcome: "reserved" }],
});

test("listens on GET orders/{id} with a key", () => {
  expect(aDoor().app.https.get("getOrder")).toMatchObject({
    methods: ["GET"],
    route: "orders/{id}",
    authLevel: "function",
  });
});

test.each(["approved", "back-ordered", "withdrawn", "ignored", "failed"] as const)(
  "a final state, %s, is 200 with the whole story",
  async (state) => {
    const { get, views } = aDoor();
    views.set(ROW, view(state));

    const answer = await get(ROW.toUpperCase());

    expect(answer.status).toBe(200);
    expect(answer.json).toEqual(view(state));
    expect(answer.headers.get("location")).toBeNull();
  },
);

test("an order in processing is 202 with its own address and when to come back", async () => {
  const { get, views } = aDoor();
  views.set(ROW, view("processing"));

  const answer = await get(ROW);

  expect(answer.status).toBe(202);
  expect(answer.headers.get("location")).toBe(`http://localhost:7071/api/orders/${ROW}`);
  expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
});

test("an order submitted here but not yet processed is 202 and accepted", async () => {
  const { get, services } = aDoor();
  await services.submitOrder({
    caller: "function-key",
    idempotencyKey: "k1",
    payload: { orderId: ROW },
  });

  const answer = await get(ROW);

  expect(answer.status).toBe(202);
  expect(answer.json).toMatchObject({ order: ROW, state: "accepted" });
});

test("a new submission of a finished order is 202 and accepted until it was dealt with itself", async () => {
  const { get, services, views, clock, processAll } = aDoor();
  const submit = (idempotencyKey: string) =>
    services.submitOrder({ caller: "function-key", idempotencyKey, payload: { orderId: ROW } });
  await submit("k1");
  views.set(ROW, view("withdrawn"));
  processAll();
  expect((await get(ROW)).status).toBe(200);

  clock.advance(1);
  await submit("k2");
  await submit("k1");

  expect(await get(ROW)).toMatchObject({ status: 202, json: { state: "accepted" } });
});

test.each([ROW, "42", "%2e%2e", ""])("an order nobody knows, %j, is 404", async (id) => {
  const { get } = aDoor();

  const answer = await get(id);

  expect(answer.status).toBe(404);
  expect(answer.json).toMatchObject({ status: 404, code: "not-found" });
});

test("tables down is 503", async () => {
  const { get, down } = aDoor();
  down.add("tables");

  expect((await get(ROW)).status).toBe(503);
});
