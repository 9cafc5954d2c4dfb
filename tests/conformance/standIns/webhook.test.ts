import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { steps } from "../../support/steps.ts";
import { useFakeApp, webhook } from "./fakeApp.ts";
import { useStandIns } from "./standIns.ts";

const standIns = useStandIns({ limits: { webhookTimeoutMs: 300 } });
const { dataverse, control } = standIns;
const app = useFakeApp((url) => control("PUT", "/dataverse/app", { url, functionKey: "secret" }));

const represented = { prefer: "return=representation" };

type Job = {
  id: string;
  kind: string;
  statuscode: number;
  attempts: { status: number | string }[];
};
const jobs = async (kind: string) =>
  (JSON.parse((await control("GET", "/dataverse/system-jobs")).text) as Job[]).filter(
    (job) => job.kind === kind,
  );
const finished = (statuscode: number) =>
  vi.waitFor(async () => {
    const [job] = await jobs("webhook");
    expect(job).toMatchObject({ statuscode });
    return job as Job;
  });

async function enterOrder(fields: object = {}): Promise<string> {
  const { json } = await dataverse("POST", "salesorders", fields, represented);
  return `salesorders(${String(json["salesorderid"])})`;
}
const submit = (path: string) => dataverse("PATCH", path, { statecode: 1 });
const synchronous = () =>
  control("PUT", `/dataverse/steps/${steps.webhook}`, { mode: "synchronous" });

describe("the webhook step", () => {
  it("posts the event with Dataverse's headers once the row is committed", async () => {
    const order = await enterOrder();

    await submit(order);

    const job = await finished(30);
    const [call] = app.calls(webhook);
    const event = JSON.parse(String(call?.body)) as Record<string, unknown>;
    expect(job.attempts).toMatchObject([{ status: 202 }]);
    expect(event).toMatchObject({ MessageName: "Update", Mode: 1, OperationId: job.id, Stage: 40 });
    expect(call?.headers).toMatchObject({
      "content-type": "application/json",
      "x-functions-key": "secret",
      "x-ms-dynamics-organization": "contoso.crm4.dynamics.com",
      "x-ms-dynamics-entity-name": "salesorder",
      "x-ms-dynamics-request-name": "Update",
      "x-ms-correlation-request-id": event["CorrelationId"],
    });
    expect(call?.headers).not.toHaveProperty("x-ms-dynamics-msg-size-exceeded");
  });

  it("is tried once more on 503, with the very same bytes", async () => {
    let answers = 0;
    app.answers(webhook, () => ({ status: ++answers === 1 ? 503 : 202 }));

    await submit(await enterOrder());

    const { attempts } = await finished(30);
    const [first, second] = app.calls(webhook);
    expect(attempts.map(({ status }) => status)).toEqual([503, 202]);
    expect(second?.body).toEqual(first?.body);
  });

  it.each([502, 503, 504])("gives up after the second %d", async (status) => {
    app.answers(webhook, () => ({ status }));

    await submit(await enterOrder());

    const { attempts } = await finished(31);
    expect(attempts.map((attempt) => attempt.status)).toEqual([status, status]);
    expect(app.calls(webhook)).toHaveLength(2);
  });

  it.each([301, 400, 401, 408, 429, 500, 501])("is not tried again on %d", async (status) => {
    app.answers(webhook, () => ({ status }));

    await submit(await enterOrder());

    await finished(31);
    expect(app.calls(webhook)).toHaveLength(1);
  });

  it("is not tried again when nobody answers in time", async () => {
    app.answers(webhook, () => "silence");

    await submit(await enterOrder());

    const { attempts } = await finished(31);
    expect(attempts).toMatchObject([{ status: "timeout" }]);
  });

  it("does not run on a save that touches none of its attributes", async () => {
    const order = await enterOrder();

    await dataverse("PATCH", order, { description: "x" });

    expect(await jobs("webhook")).toEqual([]);
  });

  it("runs when an order goes back to Active", async () => {
    const order = await enterOrder();
    await submit(order);
    await vi.waitFor(() => expect(app.calls(webhook)).toHaveLength(1));

    await dataverse("PATCH", order, { statecode: 0 });

    await vi.waitFor(() => expect(app.calls(webhook)).toHaveLength(2));
    expect(JSON.parse(String(app.calls(webhook)[1]?.body))).toMatchObject({
      PreEntityImages: [
        { key: "PreImage", value: { FormattedValues: [{ value: "Submitted" }, {}] } },
      ],
    });
  });

  it("shares correlation and request with the service endpoint's step of the same save", async () => {
    const order = await enterOrder();

    await dataverse("PATCH", `${order}?tag=from-us`, { statecode: 1 });

    await finished(30);
    const [call] = app.calls(webhook);
    const event = JSON.parse(String(call?.body)) as { SharedVariables: unknown[] };
    expect(event.SharedVariables).toContainEqual({ key: "tag", value: "from-us" });
    const [queueJob] = await jobs("queue");
    expect(queueJob?.id).not.toBe((await jobs("webhook"))[0]?.id);
  });

  it("posts an event of just under 256 KB whole", async () => {
    const note = "€".repeat(42_000); // once in the target, once in the parent's

    await dataverse("POST", "contoso_orders", { contoso_note: note });

    await finished(30);
    const [call] = app.calls(webhook);
    expect(call?.body.length).toBeGreaterThan(250 * 1024);
    expect(call?.headers).not.toHaveProperty("x-ms-dynamics-msg-size-exceeded");
  });

  it("loses its large members above 256 KB, and says so", async () => {
    const number = "WEB-LARGE";
    const note = "€".repeat(44_000);

    await dataverse("POST", "contoso_orders", { contoso_ordernumber: number, contoso_note: note });

    await finished(30);
    const [call] = app.calls(webhook);
    const event = JSON.parse(String(call?.body)) as Record<string, unknown>;
    expect(call?.headers).toHaveProperty("x-ms-dynamics-msg-size-exceeded");
    expect(event).toMatchObject({ PrimaryEntityName: "contoso_order", MessageName: "Create" });
    for (const member of ["InputParameters", "ParentContext", "PreEntityImages"]) {
      expect(event).not.toHaveProperty(member);
    }
  });

  it("posts the very same event again when its system job is resumed", async () => {
    await submit(await enterOrder());
    const { id } = await finished(30);

    const { json } = await control("POST", `/dataverse/system-jobs/${id}/resume`, { times: 4 });

    const bodies = new Set(app.calls(webhook).map(({ body }) => body.toString()));
    expect(json["attempts"]).toHaveLength(5);
    expect(app.calls(webhook)).toHaveLength(5);
    expect(bodies.size).toBe(1);
  });

  it("sends a payload given by hand as it is, with the headers its content calls for", async () => {
    const file = join(import.meta.dirname, "../../payloads/salesorder-submitted.async-update.json");
    const body = readFileSync(file, "utf8");

    const { json } = await control("POST", "/dataverse/events", { door: "webhook", body });

    const [call] = app.calls(webhook);
    expect(json).toMatchObject({ outcome: "delivered", attempts: [{ status: 202 }] });
    expect(call?.body.toString()).toBe(body);
    expect(call?.headers).toMatchObject({
      "x-ms-dynamics-entity-name": "salesorder",
      "x-ms-correlation-request-id": "5b0f9f0e-9f0e-4a53-8f0b-2d4f7f6b1a10",
    });
  });

  it("sends bytes given by hand that are no text at all", async () => {
    const bytes = Buffer.from([0xff, 0x00, 0xfe]);

    await control("POST", "/dataverse/events", {
      door: "webhook",
      body: bytes.toString("base64"),
      encoding: "base64",
      headers: { "x-functions-key": "wrong" },
    });

    const [call] = app.calls(webhook);
    expect(call?.body).toEqual(bytes);
    expect(call?.headers["x-functions-key"]).toBe("wrong");
  });
});

describe("a synchronous webhook step", () => {
  it("posts before the commit: until then readers see the row as it was", async () => {
    await synchronous();
    await control("PUT", "/dataverse/script", { commitDelayMs: 100 });
    const order = await enterOrder();
    let duringPost: Promise<Record<string, unknown>> | undefined;
    app.answers(webhook, () => {
      duringPost = dataverse("GET", order).then(({ json }) => json);
      return { status: 202 };
    });

    const saved = await submit(order);

    expect(saved.status).toBe(204);
    expect(await duringPost).toMatchObject({ statecode: 0 });
    expect((await dataverse("GET", order)).json).toMatchObject({ statecode: 1 });
    const event: unknown = JSON.parse(String(app.calls(webhook)[0]?.body));
    expect(event).toMatchObject({ Mode: 0, IsInTransaction: true });
  });

  it("hides a row that is being created", async () => {
    const step = "bd7c6a7e-916b-ee11-9ae6-002248998a0a";
    await control("PUT", `/dataverse/steps/${step}`, { mode: "synchronous" });
    const path = "contoso_orders(contoso_ordernumber='WEB-2')";
    let duringPost: Promise<number> | undefined;
    app.answers(webhook, () => {
      duringPost = dataverse("GET", path).then(({ status }) => status);
      return { status: 202 };
    });
    await control("PUT", "/dataverse/script", { commitDelayMs: 100 });

    await dataverse("POST", "contoso_orders", { contoso_ordernumber: "WEB-2" });

    expect(await duringPost).toBe(404);
    expect((await dataverse("GET", path)).status).toBe(200);
  });

  it("rolls the save back when the webhook fails, and no asynchronous step runs", async () => {
    await synchronous();
    const order = await enterOrder();
    app.answers(webhook, () => ({ status: 500 }));

    const { status, json } = await submit(order);

    expect(status).toBe(400);
    expect(json).toMatchObject({ error: { message: expect.stringContaining("500") as string } });
    expect((await dataverse("GET", order)).json).toMatchObject({ statecode: 0 });
    expect(await jobs("queue")).toEqual([]);
  });

  it("can be rolled back after its post has gone out", async () => {
    await synchronous();
    await control("PUT", "/dataverse/script", { rollbackAfterPost: 1 });
    const order = await enterOrder();

    const first = await submit(order);
    const afterFirst = (await dataverse("GET", order)).json;
    const second = await submit(order);

    expect([first.status, second.status]).toEqual([400, 204]);
    expect(afterFirst).toMatchObject({ statecode: 0 });
    expect(app.calls(webhook)).toHaveLength(2);
  });

  it("is rolled back when Dataverse goes down before the commit", async () => {
    await synchronous();
    await control("PUT", "/dataverse/script", { commitDelayMs: 60_000 });
    const order = await enterOrder();
    const save = submit(order).catch((error: Error) => error);
    await vi.waitFor(() => expect(app.calls(webhook)).toHaveLength(1));

    await control("POST", "/services/dataverse/down");
    await control("POST", "/services/dataverse/up");

    expect(await save).toBeInstanceOf(Error);
    expect((await dataverse("GET", order)).json).toMatchObject({ statecode: 0 });
  });

  it("makes a second save of the row wait for the first one's end", async () => {
    await synchronous();
    await control("PUT", "/dataverse/script", { commitDelayMs: 100 });
    const order = await enterOrder();

    const first = submit(order);
    await vi.waitFor(() => expect(app.calls(webhook)).toHaveLength(1));
    await dataverse("PATCH", order, { description: "later" });
    await first;

    expect((await dataverse("GET", order)).json).toMatchObject({
      statecode: 1,
      description: "later",
    });
  });
});
