import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ServiceBusClient, type ServiceBusReceivedMessage } from "@azure/service-bus";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { parseServiceBusConfig } from "../../../local/entities.ts";
import { startBroker } from "../../../local/startBroker.ts";
import { emulatorConnectionString } from "../../support/startBroker.ts";
import { useStandIns } from "./standIns.ts";

const entities = fileURLToPath(
  new URL("../../../infra/entities/service-bus.json", import.meta.url),
);
const queues = parseServiceBusConfig(entities, readFileSync(entities, "utf8"));
const claims = "http://schemas.microsoft.com/xrm/2011/Claims";

const start = (amqpPort: number) =>
  startBroker({ amqpPort, adminPort: 0, queues, hubs: [], log: () => undefined });
let broker: Awaited<ReturnType<typeof start>>;

beforeAll(async () => {
  broker = await start(0);
});
const standIns = useStandIns({
  serviceBus: () => emulatorConnectionString(broker.info.amqpPort),
});
const { dataverse, control } = standIns;
afterAll(() => broker.stop());

type Job = { kind: string; statuscode: number; attempts: { status: string }[] };
const queueJob = async () => {
  const { text } = await control("GET", "/dataverse/system-jobs");
  const [job] = (JSON.parse(text) as Job[]).filter(({ kind }) => kind === "queue");
  return job;
};

async function submit(): Promise<void> {
  const { json } = await dataverse("POST", "salesorders", {}, { prefer: "return=representation" });
  await dataverse("PATCH", `salesorders(${String(json["salesorderid"])})`, { statecode: 1 });
}

async function receive(count: number): Promise<ServiceBusReceivedMessage[]> {
  const client = new ServiceBusClient(emulatorConnectionString(broker.info.amqpPort));
  const receiver = client.createReceiver("dataverse-events", {
    receiveMode: "receiveAndDelete",
    skipParsingBodyAsJson: true,
  });
  const messages: ServiceBusReceivedMessage[] = [];
  while (messages.length < count) {
    const more = await receiver.receiveMessages(count, { maxWaitTimeInMs: 5_000 });
    if (more.length === 0) break;
    messages.push(...more);
  }
  await client.close();
  return messages;
}

describe("the service endpoint step", () => {
  it("puts the event on the queue as Dataverse does", async () => {
    await submit();

    const [message] = await receive(1);
    const event = JSON.parse(String(message?.body)) as Record<string, unknown>;
    expect(event).toMatchObject({
      MessageName: "Update",
      PrimaryEntityName: "salesorder",
      Mode: 1,
    });
    expect(message).toMatchObject({
      contentType: "application/json",
      messageId: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      applicationProperties: {
        [`${claims}/Organization`]: "contoso.crm4.dynamics.com",
        [`${claims}/User`]: event["UserId"],
        [`${claims}/InitiatingUser`]: event["InitiatingUserId"],
        [`${claims}/EntityLogicalName`]: "salesorder",
        [`${claims}/RequestName`]: "Update",
      },
    });
    expect(message?.correlationId).toBeUndefined();
    expect(message?.sessionId).toBeUndefined();
  });

  it("sends each time a payload given by hand is posted, past duplicate detection", async () => {
    const event = { door: "queue", body: "not JSON", properties: { replay: "yes" } };

    await control("POST", "/dataverse/events", event);
    await control("POST", "/dataverse/events", event);

    const messages = await receive(2);
    expect(messages.map(({ body }) => String(body))).toEqual(["not JSON", "not JSON"]);
    expect(messages[0]?.applicationProperties).toMatchObject({ replay: "yes" });
  });

  it("waits while the bus is down and delivers when it is back", async () => {
    const port = broker.info.amqpPort;
    await broker.stop();
    await submit();
    await vi.waitFor(
      async () => {
        const job = await queueJob();
        expect(job).toMatchObject({ statuscode: 10 });
        expect(job?.attempts.length).toBeGreaterThanOrEqual(2);
      },
      { timeout: 15_000 },
    );

    broker = await start(port);

    await vi.waitFor(async () => expect(await queueJob()).toMatchObject({ statuscode: 30 }), {
      timeout: 15_000,
    });
    expect(await receive(1)).toHaveLength(1);
  });
});
