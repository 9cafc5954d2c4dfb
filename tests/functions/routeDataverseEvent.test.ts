import { describe, expect, test } from "vitest";
import { registerRouteDataverseEvent } from "../../functions/routeDataverseEvent.ts";
import { aChangeEvent, payload, state } from "../support/aChangeEvent.ts";
import { memoryIntake } from "../support/intake.ts";
import { recordingApp } from "../support/recordingApp.ts";
import { recordingContext } from "../support/recordingContext.ts";

function aDoor(options: Parameters<typeof memoryIntake>[0] = {}) {
  const intake = memoryIntake(options);
  const app = recordingApp();
  registerRouteDataverseEvent(app, intake.services);
  const receive = async (body: unknown) => {
    const bytes = body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body));
    await app.queues.get("routeDataverseEvent")?.handler(bytes, recordingContext().context);
  };
  return { ...intake, app, receive };
}

test("takes the bytes of queue dataverse-events as they were sent", () => {
  const { app } = aDoor();

  expect(app.queues.get("routeDataverseEvent")).toMatchObject({
    connection: "SERVICE_BUS",
    queueName: "%DATAVERSE_EVENTS_QUEUE%",
    dataType: "binary",
  });
});

test.each([
  ["salesorder", "salesorder-submitted.async-update.json", "OrderSubmitted"],
  ["salesorder", "salesorder-submitted.size-exceeded.json", "OrderChanged"],
  ["contoso_order", "contoso-order.sync-create.json", "OrderSubmitted"],
])("an event of %s in %s becomes one reference", async (table, file, type) => {
  const { receive, enqueued } = aDoor({ table });

  await receive(payload(file));

  expect(enqueued).toMatchObject([{ event: { type, table, door: "endpoint" } }]);
});

test("names a save as the webhook of the same save does", async () => {
  const { receive, enqueued, services } = aDoor();
  const event = aChangeEvent({
    pre: state(0, 1),
    target: { ...state(1, 3), modifiedon: "/Date(1731924725000)/" },
  });

  await receive(event);
  await services.acceptWebhookEvent({ ...event, OperationId: event["RequestId"] });

  expect(enqueued).toHaveLength(2);
  expect(enqueued[1]?.change).toBe(enqueued[0]?.change);
});

test("completes an event that submits nothing", async () => {
  const { receive, enqueued } = aDoor();

  await receive(aChangeEvent({ members: { PrimaryEntityName: "account" } }));

  expect(enqueued).toEqual([]);
});

test("does not settle an event that the bus did not pass on", async () => {
  const { receive, down } = aDoor();
  down.add("queue");

  await expect(receive(aChangeEvent())).rejects.toThrow("queue down");
});

describe("dead-letters at once, with its reason,", () => {
  test.each([
    ["what is no JSON", Buffer.from("{"), "malformed-json"],
    ["what is not UTF-8", Buffer.from([0x22, 0xff, 0x22]), "invalid-utf8"],
    ["what is 5,000 levels deep", Buffer.from("[".repeat(5_000)), "too-deep"],
    ["what is larger than any event", Buffer.alloc(1024 * 1024 + 1, 0x20), "too-large"],
    ["what is no event", { hello: "world" }, "invalid"],
    ["an event of the wrong shape", aChangeEvent({ members: { PrimaryEntityName: 1 } }), "invalid"],
    [
      "an event without a row id",
      aChangeEvent({ members: { PrimaryEntityId: null } }),
      "no-row-id",
    ],
    [
      "a body that the webhook kept",
      { schema: 1, deadBody: "b10b", reason: "too-deep" },
      "too-deep",
    ],
  ])("%s", async (_what, body, code) => {
    const { receive, enqueued } = aDoor();

    await expect(receive(body)).rejects.toMatchObject({ name: "TerminalError", code });
    expect(enqueued).toEqual([]);
  });

  test("naming the blob of a kept body", async () => {
    const { receive } = aDoor();

    await expect(receive({ schema: 1, deadBody: "b10b", reason: "no-key" })).rejects.toThrow(
      "b10b",
    );
  });
});
