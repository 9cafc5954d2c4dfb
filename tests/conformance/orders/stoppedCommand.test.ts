import { ServiceBusClient, type ServiceBusReceivedMessage } from "@azure/service-bus";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { request } from "../../../local/outside/request.ts";
import { until } from "../../../local/outside/until.ts";
import { useStack } from "../../support/useStack.ts";

const QUEUE = "warehouse";

const local = useStack({ settings: { PARK_DELAY_MS: "300" } });
let bus: ServiceBusClient;

beforeAll(() => {
  bus = new ServiceBusClient(local.stack.connectionStrings.broker);
});

afterAll(async () => {
  await bus.close();
});

function api(method: string, path: string) {
  const { host, keys } = local.stack;
  return request(method, `${host.info.url}/api/orders/${path}`, {
    headers: { "x-functions-key": keys.function },
  });
}

const shipments = async (order: string) =>
  (await local.world.effects("warehouse", order)).map(({ body }) => body["type"]);

/** Takes the order's dead letter off the queue, as whoever replays it does. */
async function takeDeadLetter(order: string): Promise<ServiceBusReceivedMessage> {
  const receiver = bus.createReceiver(QUEUE, {
    subQueueType: "deadLetter",
    skipParsingBodyAsJson: true,
  });
  try {
    const [message] = await receiver.receiveMessages(1, { maxWaitTimeInMs: 10_000 });
    if (message === undefined) throw new Error("there is no dead letter");
    expect(String(message.body)).toContain(order);
    await receiver.completeMessage(message);
    return message;
  } finally {
    await receiver.close();
  }
}

/** Sent again as a message of its own: under its old id it would be taken for a duplicate, and silently dropped. */
async function replay({ body, contentType, messageId }: ServiceBusReceivedMessage): Promise<void> {
  const sender = bus.createSender(QUEUE);
  await sender.sendMessages({
    body: body as Buffer,
    messageId: `${String(messageId)}!1`,
    ...(contentType !== undefined && { contentType }),
  });
  await sender.close();
}

/** An order whose first command the warehouse refused for good, while its second waits. */
async function aStoppedOrder(name: string): Promise<string> {
  const { dataverse, standIns, enterOrder } = local.world;
  await standIns.behave("warehouse", { mode: "failing", status: 422, times: 1 });
  const order = await enterOrder(name, "BIKE-100", 1, "450.0000");
  await dataverse.submit(order);
  await until("the stopped command", async () => (await api("GET", order)).body["stopped"]);
  await dataverse.withdraw(order);
  await dataverse.fulfilled(order, "withdrawn");
  return order;
}

describe("a warehouse command that was given up", () => {
  it("is carried out when its dead letter is sent again, and those after it follow", async () => {
    const order = await aStoppedOrder("replayed");
    expect(await shipments(order)).toEqual([]);

    await replay(await takeDeadLetter(order));

    await local.world.quiet();
    expect(await shipments(order)).toEqual(["requestShipment", "cancelShipment"]);
    expect((await api("GET", order)).body["stopped"]).toBeUndefined();
  });

  it("lets those after it go when it is discarded, and is not carried out by a replay then", async () => {
    const order = await aStoppedOrder("discarded");

    const discarded = await api("POST", `${order}/commands/1/discard`);
    const repeated = await api("POST", `${order}/commands/1/discard`);

    expect(discarded).toMatchObject({
      status: 200,
      body: { order, sequence: 1, state: "discarded", by: "function-key" },
    });
    expect(repeated.body).toEqual(discarded.body);
    await local.world.quiet();
    await replay(await takeDeadLetter(order));
    await local.world.quiet();
    expect(await shipments(order)).toEqual(["cancelShipment"]);
    const { status, body } = await api("GET", order);
    expect(status).toBe(200);
    expect(body["stopped"]).toBeUndefined();
    expect(body["trail"]).toContainEqual({
      at: discarded.body["at"],
      step: "discardCommand",
      outcome: "discarded",
      sequence: 1,
      by: "function-key",
    });
  });

  it("is the only one that can be discarded", async () => {
    const { dataverse, enterOrder, quiet } = local.world;
    const order = await enterOrder("all is well", "BIKE-100", 1, "450.0000");
    const unknown = await api("POST", `${order}/commands/1/discard`);
    await dataverse.submit(order);
    await dataverse.fulfilled(order, "approved");
    await quiet();

    const done = await api("POST", `${order}/commands/1/discard`);

    expect([unknown.status, done.status]).toEqual([404, 422]);
    expect(done.headers.get("content-type")).toBe("application/problem+json");
    expect(done.body).toMatchObject({ code: "command-not-stopped" });
  });
});
