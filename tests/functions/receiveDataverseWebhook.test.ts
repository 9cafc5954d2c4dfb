import { describe, expect, test } from "vitest";
import { registerReceiveDataverseWebhook } from "../../functions/receiveDataverseWebhook.ts";
import { aChangeEvent, aRow, ORGANIZATION, payload, ROW, state } from "../support/aChangeEvent.ts";
import { callHttp } from "../support/httpCall.ts";
import { memoryIntake } from "../support/intake.ts";
import { recordingApp } from "../support/recordingApp.ts";

function aDoor(options: Parameters<typeof memoryIntake>[0] = {}) {
  const intake = memoryIntake(options);
  const app = recordingApp();
  registerReceiveDataverseWebhook(app, intake.services);
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    callHttp(app, "receiveDataverseWebhook", { body, headers });
  return { ...intake, app, post };
}

const SUBMITTED = { pre: state(0, 1), target: state(1, 3) };

test("listens where Dataverse posts, with a key", () => {
  const { app } = aDoor();

  expect(app.https.get("receiveDataverseWebhook")).toMatchObject({
    methods: ["POST"],
    route: "webhooks/dataverse",
    authLevel: "function",
  });
});

describe("an event", () => {
  test.each([
    ["salesorder", "salesorder-submitted.async-update.json", "OrderSubmitted"],
    ["salesorder", "salesorder-submitted.size-exceeded.json", "OrderChanged"],
    ["contoso_order", "contoso-order.sync-create.json", "OrderSubmitted"],
  ])("of %s in %s becomes one reference and 202 without a body", async (table, file, type) => {
    const { post, enqueued } = aDoor({ table });

    const answer = await post(payload(file));

    expect(answer).toMatchObject({ status: 202, text: "" });
    expect(enqueued).toMatchObject([{ event: { type, table, door: "webhook" } }]);
  });

  test.each(["application/json", "text/plain", "application/octet-stream", "nonsense"])(
    "is judged by its content, not by content type %s",
    async (contentType) => {
      const { post, enqueued } = aDoor();

      const answer = await post(JSON.stringify(aChangeEvent(SUBMITTED)), {
        "content-type": contentType,
      });

      expect(answer.status).toBe(202);
      expect(enqueued).toHaveLength(1);
    },
  );

  test("may begin with a BOM", async () => {
    const { post, enqueued } = aDoor();

    await post(`\ufeff${JSON.stringify(aChangeEvent(SUBMITTED))}`);

    expect(enqueued).toHaveLength(1);
  });

  test("that submits nothing is answered 202 and dropped", async () => {
    const { post, enqueued, announced } = aDoor();

    const answer = await post(aChangeEvent({ pre: state(0, 1), target: { name: "x" } }));

    expect(answer.status).toBe(202);
    expect([...enqueued, ...announced]).toEqual([]);
  });

  test("is asked for again with 503 when nothing could keep it", async () => {
    const { post, down } = aDoor();
    down.add("queue");

    const answer = await post(aChangeEvent(SUBMITTED));

    expect(answer.status).toBe(503);
    expect(answer.headers.get("retry-after")).toBe("5");
  });
});

describe("a body that cannot be accepted is kept, announced and answered 202", () => {
  const bad = [
    ["truncated", '{"MessageName":"Update"', "malformed-json"],
    ["empty", "", "malformed-json"],
    ["nested 5,000 deep", `${'{"a":'.repeat(5_000)}1${"}".repeat(5_000)}`, "too-deep"],
    ["invalid UTF-8", new Uint8Array([0x22, 0xc3, 0x28, 0x22]), "invalid-utf8"],
    ["no object", "[1,2]", "invalid"],
    ["without a message name", aChangeEvent({ members: { MessageName: undefined } }), "invalid"],
    [
      "with parameters of a wrong type",
      aChangeEvent({ members: { InputParameters: 1 } }),
      "invalid",
    ],
    ["without a row id", aChangeEvent({ members: { PrimaryEntityId: null } }), "no-row-id"],
    [
      "without any key",
      aChangeEvent({ members: { CorrelationId: null, RequestId: null, OperationId: null } }),
      "no-key",
    ],
    [
      "of another organization",
      aChangeEvent({ members: { OrganizationId: ORGANIZATION.replace("c", "d") } }),
      "wrong-organization",
    ],
  ] as const;
  test.each(bad)("%s", async (_state, body, reason) => {
    const { post, enqueued, announced, bodies, services } = aDoor();

    const answer = await post(body);

    expect(answer).toMatchObject({ status: 202, text: "" });
    expect(enqueued).toEqual([]);
    const [deadBody] = [...bodies.keys()];
    expect(announced).toEqual([{ schema: 1, deadBody, reason }]);
    await expect(services.routeEvent(announced[0])).rejects.toMatchObject({
      name: "TerminalError",
      code: reason,
      message: expect.stringContaining(deadBody ?? "no blob"),
    });
  });

  test("for one of its rows, while the others go on", async () => {
    const { post, enqueued, announced } = aDoor();
    const other = "11111111-7e83-ef11-ac20-000d3a2b1c01";
    const rows = [aRow({}), aRow({}, null), aRow({}, other)];
    const Targets = { key: "Targets", value: { Entities: rows, EntityName: "salesorder" } };

    const answer = await post(
      aChangeEvent({ members: { MessageName: "UpdateMultiple", InputParameters: [Targets] } }),
    );

    expect(answer.status).toBe(202);
    expect(enqueued.map(({ event }) => event.rowId)).toEqual([ROW, other]);
    expect(announced).toMatchObject([{ reason: "no-row-id" }]);
  });

  test("byte for byte", async () => {
    const { post, bodies } = aDoor();
    const bytes = new Uint8Array([0xef, 0xbb, 0xbf, 0x7b, 0xff, 0x00]);

    await post(bytes);

    expect([...bodies.values()].map((kept) => [...kept])).toEqual([[...bytes]]);
  });

  test("once, when Dataverse repeats it", async () => {
    const { post, down, bodies, announced } = aDoor();
    down.add("queue");
    expect((await post("{")).status).toBe(503);
    down.clear();

    expect((await post("{")).status).toBe(202);

    expect(bodies.size).toBe(1);
    expect(announced).toHaveLength(1);
  });

  test.each(["blobs", "queue"] as const)(
    "or asked for again with 503 when %s are down",
    async (part) => {
      const { post, down } = aDoor();
      down.add(part);

      expect((await post("{")).status).toBe(503);
    },
  );
});

test("refuses 413 what is larger than Dataverse can send, and keeps nothing of it", async () => {
  const { post, bodies, enqueued, announced } = aDoor();

  const answer = await post(new Uint8Array(1024 * 1024 + 1));

  expect(answer.status).toBe(413);
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  expect(answer.json).toMatchObject({ status: 413, code: "too-large" });
  expect([...bodies, ...enqueued, ...announced]).toEqual([]);
});

test("keeps the largest unreadable body that it does not refuse", async () => {
  const { post, bodies } = aDoor();

  const answer = await post(new Uint8Array(1024 * 1024));

  expect(answer.status).toBe(202);
  expect([...bodies.values()].map(({ byteLength }) => byteLength)).toEqual([1024 * 1024]);
});
