import { createHash } from "node:crypto";
import { describe, expect, it, vi } from "vitest";
import { creditChecks, useFakeApp } from "./fakeApp.ts";
import { useStandIns } from "./standIns.ts";

const standIns = useStandIns({ limits: { creditCheckTimeoutMs: 200 } });
const { dataverse, control } = standIns;
const app = useFakeApp((url) => control("PUT", "/dataverse/app", { url, functionKey: "secret" }));

const account = "71c0a4d2-6e2b-ee11-bdf4-000d3a2b1c01";

async function enterOrder(): Promise<string> {
  const { json } = await dataverse(
    "POST",
    "salesorders",
    { "customerid_account@odata.bind": `/accounts(${account})`, totalamount: 1249.5 },
    { prefer: "return=representation" },
  );
  return String(json["salesorderid"]);
}
const submit = (id: string) => dataverse("PATCH", `salesorders(${id})`, { statecode: 1 });
const read = async (id: string) => (await dataverse("GET", `salesorders(${id})`)).json;

describe("the credit check plug-in", () => {
  it("asks with the pre-image's total under a key of request and question", async () => {
    const id = await enterOrder();

    await submit(id);

    const [asked] = app.calls(creditChecks);
    const question = JSON.parse(String(asked?.body)) as { requestId: string };
    expect(question).toEqual({
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      orderId: id,
      orderTable: "salesorder",
      accountId: account,
      amount: "1249.5000",
      currency: "EUR",
    });
    const digest = createHash("sha256")
      .update(asked?.body ?? "")
      .digest("hex");
    expect(asked?.headers).toMatchObject({
      "x-functions-key": "secret",
      "idempotency-key": `"${question.requestId}:${digest}"`,
      connection: "close",
    });
  });

  it("lets an approved order be submitted", async () => {
    const id = await enterOrder();

    const { status } = await submit(id);

    expect(status).toBe(204);
    expect(await read(id)).toMatchObject({
      statecode: 1,
      statuscode: 3,
      contoso_creditreview: false,
    });
  });

  it("refuses the save of a declined order, which stays as it was", async () => {
    app.answers(creditChecks, () => ({
      status: 200,
      body: { decision: "decline", reason: "above the limit" },
    }));
    const id = await enterOrder();
    const before = await read(id);

    const { status, json } = await submit(id);

    expect(status).toBe(400);
    expect(json).toEqual({
      error: { code: "0x80040265", message: "Credit check declined the order: above the limit" },
    });
    expect(await read(id)).toEqual(before);
  });

  it.each([
    ["review", { status: 200, body: { decision: "review" } }],
    ["a server error", { status: 500 }],
    ["a refusal", { status: 401 }],
    ["an answer it cannot read", { status: 200, body: { decision: "perhaps" } }],
    ["silence", "silence"],
  ] as const)("saves and marks the order for review on %s", async (_what, answer) => {
    app.answers(creditChecks, () => answer);
    const id = await enterOrder();

    const { status } = await submit(id);

    expect(status).toBe(204);
    expect(await read(id)).toMatchObject({ statecode: 1, contoso_creditreview: true });
    expect(app.calls(creditChecks)).toHaveLength(1);
  });

  it("runs on the create of a custom order", async () => {
    app.answers(creditChecks, () => ({ status: 200, body: { decision: "decline" } }));

    const { status } = await dataverse("POST", "contoso_orders", {
      contoso_ordernumber: "WEB-1",
      "contoso_customer@odata.bind": `/accounts(${account})`,
      contoso_total: 12.5,
    });

    const [asked] = app.calls(creditChecks);
    expect(status).toBe(400);
    expect(JSON.parse(String(asked?.body))).toMatchObject({
      orderTable: "contoso_order",
      amount: "12.5000",
    });
  });

  it("does not run on a save that submits nothing", async () => {
    const id = await enterOrder();
    await submit(id);

    await submit(id);
    await dataverse("PATCH", `salesorders(${id})`, { description: "x" });
    await dataverse("PATCH", `salesorders(${id})`, { statecode: 0 });

    expect(app.calls(creditChecks)).toHaveLength(1);
  });

  it("makes the save fail when Dataverse goes down while it waits for the answer", async () => {
    app.answers(creditChecks, () => "silence");
    const id = await enterOrder();
    const save = submit(id).catch((error: Error) => error);
    await vi.waitFor(() => expect(app.calls(creditChecks)).toHaveLength(1));

    await control("POST", "/services/dataverse/down");
    await control("POST", "/services/dataverse/up");
    const next = await dataverse("PATCH", `salesorders(${id})`, { description: "after" });

    expect(await save).toBeInstanceOf(Error);
    expect(next.status).toBe(204);
    expect(await read(id)).toMatchObject({ statecode: 0, description: "after" });
  });

  it("runs once when two upserts meet on a new key: the second is an update", async () => {
    const path = "contoso_orders(contoso_ordernumber='WEB-3')";

    const both = await Promise.all([
      dataverse("PATCH", path, { contoso_total: 1 }),
      dataverse("PATCH", path, { contoso_total: 2 }),
    ]);

    expect(both.map(({ status }) => status)).toEqual([204, 204]);
    expect(app.calls(creditChecks)).toHaveLength(1);
  });

  it("does not run while its step is disabled", async () => {
    await control("PUT", "/dataverse/steps/c3a0f6d4-7c83-ef11-ac20-000d3a2b1c01", {
      enabled: false,
    });
    const id = await enterOrder();

    const { status } = await submit(id);

    expect(status).toBe(204);
    expect(app.calls(creditChecks)).toEqual([]);
  });
});
