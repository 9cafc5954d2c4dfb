import { join } from "node:path";
import { ServiceBusClient, type ServiceBusMessage } from "@azure/service-bus";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Broker, brokerConnectionString, startBroker } from "../../../local/emulatorSet.ts";
import { type HostChild, startHostChild } from "./startHostChild.ts";

const entities = join(import.meta.dirname, "fixtures", "serviceBus", "entities.json");
const startTestBroker = (amqpPort = 0) =>
  startBroker({
    ports: { amqpPort, adminPort: 0 },
    serviceBusConfig: entities,
  });
const startTestHost = (
  amqpPort: number,
  functions: readonly string[] = [],
  options: { readonly stopLimitMs?: number } = {},
) =>
  startHostChild("serviceBus", {
    ...options,
    functions,
    settings: {
      BUS: brokerConnectionString(amqpPort),
      QUEUE: "one",
      AzureWebJobsStorage: "UseDevelopmentStorage=true",
    },
  });

let broker: Broker;
let host: HostChild;
let client: ServiceBusClient;
beforeAll(async () => {
  broker = await startTestBroker();
  host = await startTestHost(broker.info.amqpPort);
  client = new ServiceBusClient(brokerConnectionString(broker.info.amqpPort));
});
afterAll(async () => {
  await client.close();
  await host.stop();
  await broker.stop();
});

async function send(queue: string, ...messages: ServiceBusMessage[]): Promise<void> {
  const sender = client.createSender(queue);
  await sender.sendMessages(messages);
  await sender.close();
}

/** Reports about one test's own message; tests share the host. */
async function seen(what: string, count: number, mark: unknown, on = host) {
  for (let wanted = count; ; wanted += 1) {
    const reports = await on.seenAtLeast(wanted, what);
    const own = reports.filter(({ body }) => (body as { mark?: unknown }).mark === mark);
    if (own.length >= count) return own;
  }
}

describe("one message", () => {
  test("arrives parsed, with the real host's metadata", async () => {
    await send("one", {
      body: { mark: "metadata" },
      messageId: "id-1",
      correlationId: "123",
      subject: "greeting",
      contentType: "application/json",
      applicationProperties: { TenantId: 7, tenantName: "Contoso" },
    });

    const [report] = await seen("one", 1, "metadata");

    expect(report?.["metadata"]).toMatchObject({
      messageId: "id-1",
      correlationId: 123,
      subject: "greeting",
      label: "greeting",
      contentType: "application/json",
      deliveryCount: 1,
      mark: "metadata",
      lockToken: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      sequenceNumber: expect.any(Number) as number,
      enqueuedTimeUtc: expect.stringMatching(/Z$/) as string,
      applicationProperties: { tenantId: 7, tenantName: "Contoso" },
      userProperties: { tenantId: 7 },
    });
    expect(report?.["metadata"]).not.toHaveProperty("replyTo");
  });

  test("a body's member hides the metadata of its name", async () => {
    await send("one", { body: { mark: "trap", messageId: "forged" }, messageId: "real" });

    const [report] = await seen("one", 1, "trap");

    expect(report?.["metadata"]).toMatchObject({ messageId: "forged" });
  });

  test("a function that throws gets it again at once, until it is dead-lettered", async () => {
    await send("one", { body: { mark: "poison", fail: true } });

    const [dead] = await seen("dead", 1, "poison");

    const tries = await seen("one", 3, "poison");
    expect(
      tries.map(({ metadata }) => (metadata as { deliveryCount: number }).deliveryCount),
    ).toEqual([1, 2, 3]);
    expect(dead?.["metadata"]).toMatchObject({
      applicationProperties: { deadLetterReason: "MaxDeliveryCountExceeded" },
    });
  });

  test("binary functions get the bytes as sent", async () => {
    const bytes = Buffer.from("efbbbf7b2261223a312e35302c80", "hex");
    await send("binary", { body: bytes });

    const [report] = await host.seenAtLeast(1, "binary");

    expect(report?.["body"]).toEqual([true, bytes.toString("hex")]);
  });

  test("no more than maxConcurrentCalls run at once", async () => {
    const messages = Array.from({ length: 12 }, () => ({ body: { mark: "busy", waitMs: 100 } }));
    await send("one", ...messages);

    await seen("done", 12, "busy");

    const most = Math.max(...host.seen.map(({ running }) => Number(running ?? 0)));
    expect(most).toBe(4);
  });

  test("its lock is renewed while the function runs", async () => {
    await send("one", { body: { mark: "long", waitMs: 7_000 } });

    await seen("done", 1, "long");
    await send("one", { body: { mark: "after the long one" } });
    await seen("done", 1, "after the long one");

    expect(await seen("one", 1, "long")).toHaveLength(1);
  });

  test("without auto-complete it stays locked, and comes again when the lock runs out", async () => {
    await send("manual", { body: { mark: "manual" } });

    const reports = await seen("manual", 2, "manual");

    expect(
      reports.map(({ metadata }) => (metadata as { deliveryCount: number }).deliveryCount),
    ).toEqual([1, 2]);
  });
});

/** Batches with messages of one test, as their marks and metadata. */
async function batches(count: number, mark: string) {
  for (let wanted = count; ; wanted += 1) {
    const reports = await host.seenAtLeast(wanted, "many");
    const own = reports.filter(({ body }) => (body as { mark: string }[])[0]?.mark === mark);
    if (own.length >= count) return own;
  }
}

describe("a batch", () => {
  test("comes whole, with metadata in arrays", async () => {
    await send(
      "many",
      { body: { mark: "whole", n: 1 }, correlationId: "c" },
      { body: { mark: "whole", n: 2 } },
    );

    const [batch] = await batches(1, "whole");

    expect(batch?.["body"]).toMatchObject([{ n: 1 }, { n: 2 }]);
    expect(batch?.["metadata"]).toMatchObject({
      deliveryCountArray: [1, 1],
      correlationIdArray: ["c"],
      applicationPropertiesArray: [{}, {}],
    });
  });

  test("that throws comes again without the messages settled by the function", async () => {
    await send(
      "many",
      { body: { mark: "thrown", n: 1, action: "complete", fail: 1 } },
      { body: { mark: "thrown", n: 2 } },
    );

    const [first, again] = await batches(2, "thrown");

    expect(first?.["body"]).toHaveLength(2);
    expect(again?.["body"]).toMatchObject([{ n: 2 }]);
  });
});

test("batches come one at a time, and no lock of theirs is renewed", async () => {
  await send("many", { body: { mark: "long batch", waitMs: 5_500 } });
  await batches(1, "long batch");
  await send("many", { body: { mark: "behind it" } });

  const again = await batches(2, "long batch");

  const deliveries = again.map(
    ({ metadata }) => (metadata as { deliveryCountArray: number[] }).deliveryCountArray,
  );
  expect(deliveries).toEqual([[1], [2, 1]]);
  const order = host.seen.flatMap(({ what, mark, body }) => {
    if (what === "many done") return [`${String(mark)} ends`];
    return what === "many" ? [`${(body as { mark: string }[])[0]?.mark ?? ""} begins`] : [];
  });
  expect(order.slice(order.indexOf("long batch begins")).slice(0, 3)).toEqual([
    "long batch begins",
    "long batch ends",
    "long batch begins",
  ]);
});

describe("the settlement service", () => {
  const settle = (mark: string, options: object) => ({
    body: { mark, ...options },
    messageId: mark,
  });

  test("dead-letters with reason and description, and refuses a second settlement", async () => {
    const reasons = { reason: "INVALID", description: "no number" };
    await send("settle", settle("doomed", { method: "Deadletter", ...reasons, again: true }));
    const [report] = await seen("codes", 1, "doomed");

    const receiver = client.createReceiver("settle", { subQueueType: "deadLetter" });
    const [dead] = await receiver.receiveMessages(1, { maxWaitTimeInMs: 5_000 });

    expect(report?.["codes"]).toEqual([0, 9, 9]);
    expect(dead).toMatchObject({
      messageId: "doomed",
      deadLetterReason: "INVALID",
      deadLetterErrorDescription: "no number",
    });
    await receiver.close();
  });

  test("a completed message is not abandoned when the function throws afterwards", async () => {
    await send("settle", settle("completed", { method: "Complete", fail: true }));
    const [report] = await seen("codes", 1, "completed");
    await send("settle", settle("renewed", { method: "RenewMessageLock" }));
    const [renewed] = await seen("codes", 1, "renewed");

    expect([report?.["codes"], renewed?.["codes"]]).toEqual([[0], [0]]);
    expect(await seen("codes", 1, "completed")).toHaveLength(1);
  });

  test("a deferred message waits to be asked for", async () => {
    await send("settle", settle("later", { method: "Defer" }));
    await seen("codes", 1, "later");

    const receiver = client.createReceiver("settle");
    const peeked = await receiver.peekMessages(10);

    expect(peeked).toContainEqual(
      expect.objectContaining({ messageId: "later", state: "deferred" }),
    );
    await receiver.close();
  });
});

describe("start, stop and loss", () => {
  test("warns of a retry that has no effect", () => {
    expect(host.lines.join("\n")).toContain("one: 'retry' has no effect");
  });

  test("is ready without a broker, finds it later, and again after it was gone", async () => {
    const first = await startTestBroker();
    const { amqpPort } = first.info;
    await first.stop();
    const lonely = await startTestHost(amqpPort, ["one"]);
    const roundTrip = async (mark: string) => {
      const again = await startTestBroker(amqpPort);
      const sending = new ServiceBusClient(brokerConnectionString(amqpPort));
      await sending.createSender("one").sendMessages({ body: { mark } });
      const [report] = await seen("one", 1, mark, lonely);
      await sending.close();
      await again.stop();
      return report;
    };

    expect(await roundTrip("found later")).toBeDefined();
    expect(await roundTrip("found again")).toBeDefined();
    await lonely.stop();
    const changes = lonely.lines.filter((line) => line.includes("queue one is"));
    expect(changes.length).toBeLessThanOrEqual(6);
  });

  test("messages in flight are completed before it ends", async () => {
    const own = await startTestBroker();
    const stopping = await startTestHost(own.info.amqpPort, ["one"]);
    const sending = new ServiceBusClient(brokerConnectionString(own.info.amqpPort));
    await sending.createSender("one").sendMessages({ body: { mark: "last", waitMs: 500 } });
    await seen("one", 1, "last", stopping);

    const code = await stopping.stop();

    const left = await sending.createReceiver("one").peekMessages(1);
    expect(code).toBe(0);
    expect(left).toEqual([]);
    await sending.close();
    await own.stop();
  });

  test("stopping waits no longer than its limit, and what hangs stays in the queue", async () => {
    const own = await startTestBroker();
    const stopping = await startTestHost(own.info.amqpPort, ["one"], { stopLimitMs: 200 });
    const sending = new ServiceBusClient(brokerConnectionString(own.info.amqpPort));
    await sending.createSender("one").sendMessages({ body: { mark: "stuck", waitMs: 60_000 } });
    await seen("one", 1, "stuck", stopping);
    const began = performance.now();

    const code = await stopping.stop();

    expect(code).toBe(0);
    expect(performance.now() - began).toBeLessThan(6_000);
    expect(stopping.lines.join("\n")).toContain("stopping with 1 invocations in flight");
    const left = await sending.createReceiver("one").peekMessages(1);
    expect(left).toMatchObject([{ body: { mark: "stuck" } }]);
    await sending.close();
    await own.stop();
  });

  test("drain mode takes nothing new and lets what is in flight end, until it is resumed", async () => {
    const own = await startTestBroker();
    const draining = await startTestHost(own.info.amqpPort, ["one", "many"]);
    const admin = async (method: string, path: string) => {
      const headers = { "x-functions-key": draining.keys.master };
      const response = await fetch(`${draining.info.url}/admin/host/${path}`, { method, headers });
      return { status: response.status, body: (await response.json().catch(() => null)) as object };
    };
    const sending = new ServiceBusClient(brokerConnectionString(own.info.amqpPort));
    const sender = sending.createSender("one");
    await sender.sendMessages({ body: { mark: "in flight", waitMs: 700 } });
    await seen("one", 1, "in flight", draining);

    const { status } = await admin("POST", "drain");
    await sender.sendMessages({ body: { mark: "waits" } });
    const during = await admin("GET", "drain/status");
    await expect
      .poll(async () => (await admin("GET", "drain/status")).body, { timeout: 5_000 })
      .toEqual({ state: "Completed", outstandingInvocations: 0, outstandingRetries: 0 });
    const left = await sending.createReceiver("one").peekMessages(5);
    const resumed = await admin("POST", "resume");
    await seen("one", 1, "waits", draining);

    expect(status).toBe(202);
    expect(during.body).toMatchObject({ state: "InProgress", outstandingInvocations: 1 });
    expect(left.map(({ body }) => body as unknown)).toEqual([{ mark: "waits" }]);
    expect(resumed.body).toEqual({ state: "Running" });
    expect((await admin("GET", "drain/status")).body).toMatchObject({ state: "Disabled" });
    await sending.close();
    await draining.stop();
    await own.stop();
  });

  test.each([
    [{ QUEUE: "one" }, "Service Bus connection 'BUS' does not exist"],
    [{ BUS: "Endpoint=sb://localhost" }, "'%QUEUE%' does not resolve to a value."],
  ])("with %j alone it refuses to start", async (settings, message) => {
    const starting = startHostChild("serviceBus", { settings, functions: ["one"] });

    await expect(starting).rejects.toThrow(message);
  });
});
