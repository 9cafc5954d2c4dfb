import { describe, expect, test } from "vitest";
import { registerGetOrder } from "../../functions/getOrder.ts";
import { registerSubmitOrder } from "../../functions/submitOrder.ts";
import { ROW } from "../support/aChangeEvent.ts";
import { type CallOptions, callHttp } from "../support/httpCall.ts";
import { memoryIntake } from "../support/intake.ts";
import { recordingApp } from "../support/recordingApp.ts";

const OTHER = "11111111-7e83-ef11-ac20-000d3a2b1c01";
const URL = "http://localhost:7071/api/orders?code=secret";

function aDoor(options: Parameters<typeof memoryIntake>[0] = {}) {
  const intake = memoryIntake(options);
  const app = recordingApp();
  registerSubmitOrder(app, intake.services);
  registerGetOrder(app, intake.services);
  const post = (body: unknown, headers: Record<string, string> = {}, call: CallOptions = {}) =>
    callHttp(app, "submitOrder", {
      url: URL,
      body,
      headers: { "idempotency-key": '"k1"', ...headers },
      ...call,
    });
  return { ...intake, app, post };
}

test("listens on POST orders with a key", () => {
  expect(aDoor().app.https.get("submitOrder")).toMatchObject({
    methods: ["POST"],
    route: "orders",
    authLevel: "function",
  });
});

test("answers 202 with the address to poll, absolute and without the key of the caller", async () => {
  const { post, enqueued, clock } = aDoor();

  const answer = await post({ orderId: ROW.toUpperCase() });

  expect(answer.status).toBe(202);
  expect(answer.headers.get("location")).toBe(`http://localhost:7071/api/orders/${ROW}`);
  expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(answer.json).toEqual({ order: ROW, state: "accepted", updatedAt: clock.now(), trail: [] });
  expect(enqueued).toMatchObject([
    {
      event: {
        type: "OrderChanged",
        table: "salesorder",
        rowId: ROW,
        door: "api",
        inTransaction: false,
      },
    },
  ]);
});

test("gives the address that a front end was asked for", async () => {
  const { post } = aDoor();

  const answer = await post(
    { orderId: ROW },
    { "x-forwarded-host": "api.contoso.com", "x-forwarded-proto": "https" },
  );

  expect(answer.headers.get("location")).toBe(`https://api.contoso.com/api/orders/${ROW}`);
});

describe("a repeat", () => {
  test("gets the same answer and sends the same message under the same id", async () => {
    const { post, enqueued, clock } = aDoor();

    const first = await post({ orderId: ROW });
    clock.advance(60_000);
    const second = await post({ orderId: ROW }, { "idempotency-key": "k1" });

    expect(second).toEqual(first);
    expect(enqueued).toHaveLength(2);
    expect(enqueued[1]).toEqual(enqueued[0]);
  });

  test("after a send that failed makes up for it", async () => {
    const { post, down, enqueued } = aDoor();
    down.add("queue");
    expect((await post({ orderId: ROW })).status).toBe(503);
    down.clear();

    expect((await post({ orderId: ROW })).status).toBe(202);
    expect(enqueued).toHaveLength(1);
  });

  test("with another payload is refused with 422 and sends nothing", async () => {
    const { post, enqueued } = aDoor();
    await post({ orderId: ROW });

    const answer = await post({ orderId: OTHER });

    expect(answer.status).toBe(422);
    expect(answer.json).toMatchObject({ code: "idempotency-key-reused" });
    expect(enqueued).toHaveLength(1);
  });

  test("under another key, or by another caller, is a request of its own", async () => {
    const { post, enqueued } = aDoor({ easyAuth: true });
    const principal = (val: string) => ({
      "x-ms-client-principal": Buffer.from(
        JSON.stringify({ claims: [{ typ: "oid", val }] }),
      ).toString("base64"),
    });

    await post({ orderId: ROW });
    await post({ orderId: ROW }, { "idempotency-key": '"k2"' });
    await post({ orderId: ROW }, principal("ada"));
    await post({ orderId: OTHER }, principal("ben"));

    expect(new Set(enqueued.map(({ change }) => change)).size).toBe(4);
  });
});

test("tables down is 503, before anything is sent", async () => {
  const { post, down, enqueued } = aDoor();
  down.add("tables");

  const answer = await post({ orderId: ROW });

  expect(answer.status).toBe(503);
  expect(answer.headers.get("retry-after")).toBe("5");
  expect(enqueued).toEqual([]);
});

describe("bad input is refused with problem details and no effect:", () => {
  const json = { "content-type": "application/json" };
  const bad = [
    ["no key", { orderId: ROW }, { "idempotency-key": "" }, 400, "idempotency-key-missing"],
    ["a broken key", { orderId: ROW }, { "idempotency-key": '"k' }, 400, "idempotency-key-invalid"],
    ["no content type", `{"orderId":"${ROW}"}`, {}, 415, "unsupported-media-type"],
    [
      "form data",
      "orderId=1",
      { "content-type": "application/x-www-form-urlencoded" },
      415,
      "unsupported-media-type",
    ],
    ["no body", "", json, 400, "malformed-json"],
    ["truncated JSON", `{"orderId":"${ROW}"`, json, 400, "malformed-json"],
    ["invalid UTF-8", new Uint8Array([0x22, 0xff, 0x22]), json, 400, "invalid-utf8"],
    ["5,000 levels", "[".repeat(5_000), json, 400, "too-deep"],
    ["a huge body", `"${"a".repeat(70_000)}"`, json, 413, "too-large"],
    ["no order", {}, {}, 422, "invalid"],
    ["an order of the wrong type", { orderId: 7 }, {}, 422, "invalid"],
    ["an order that is no guid", { orderId: "42" }, {}, 422, "invalid"],
    ["no real order", { orderId: ROW.replaceAll(/[^-]/g, "0") }, {}, 422, "invalid"],
    ["a list", [ROW], {}, 422, "invalid"],
  ] as const;
  test.each(bad)("%s", async (_what, body, headers, status, code) => {
    const { post, enqueued } = aDoor();

    const answer = await post(body, headers);

    expect(answer.status).toBe(status);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(answer.json).toMatchObject({ status, code });
    expect(enqueued).toEqual([]);
  });

  test.each([
    [{ orderId: ROW, amount: 1 }, "amount"],
    [{ orderId: null }, "orderId"],
    [{}, "orderId"],
  ])("%j, naming the field", async (body, field) => {
    const { post } = aDoor();

    const answer = await post(body);

    expect(answer.json).toMatchObject({ status: 422, field });
  });

  test("a BOM is no reason to refuse", async () => {
    const { post } = aDoor();

    expect((await post(`\ufeff{"orderId":"${ROW}"}`, json)).status).toBe(202);
  });
});
