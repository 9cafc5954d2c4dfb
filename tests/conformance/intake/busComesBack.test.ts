import { ServiceBusClient, type ServiceBusReceivedMessage } from "@azure/service-bus";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Broker, brokerConnectionString, startBroker } from "../../../local/emulatorSet.ts";
import { aChangeEvent, aRow, payload } from "../../support/aChangeEvent.ts";
import { useAzurite } from "../../support/useAzurite.ts";
import { theDoors } from "./theDoors.ts";

const azurite = useAzurite();
let broker: Broker;

beforeAll(async () => {
  broker = await startBroker({ ports: { amqpPort: 0, adminPort: 0 } });
});

afterAll(async () => {
  await broker.stop();
});

async function receiveAll(bus: string, queue: string): Promise<ServiceBusReceivedMessage[]> {
  const client = new ServiceBusClient(bus);
  const receiver = client.createReceiver(queue, { receiveMode: "receiveAndDelete" });
  const received: ServiceBusReceivedMessage[] = [];
  for (;;) {
    const batch = await receiver.receiveMessages(500, { maxWaitTimeInMs: 1_000 });
    if (batch.length === 0) break;
    received.push(...batch);
  }
  await client.close();
  return received;
}

it("what came while the bus was away arrives once it is back, once, under its own ids", async () => {
  const { amqpPort } = broker.info;
  const bus = brokerConnectionString(amqpPort);
  const doors = theDoors({ bus, storage: azurite.connectionString });
  await doors.post(aChangeEvent()); // the client is connected before the bus goes
  await broker.stop();

  const event = payload("salesorder-submitted.async-update.json");
  const answers = [await doors.post(event), await doors.post(event), await doors.submit("k1")];
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
  const ids = (await doors.kept()).map(({ message }) => message.messageId);

  broker = await startBroker({ ports: { amqpPort, adminPort: 0 } });
  await Promise.all([doors.relay(), doors.relay()]);

  expect(await doors.kept()).toEqual([]);
  const received = await receiveAll(bus, "orders");
  expect(received).toHaveLength(2);
  expect(new Set(received.map(({ messageId }) => messageId))).toEqual(new Set(ids));
  expect(received.map(({ body }) => (body as { type: string }).type).sort()).toEqual([
    "OrderChanged",
    "OrderSubmitted",
  ]);
});

it("a save of 300 rows at once becomes 300 references", async () => {
  const bus = brokerConnectionString(broker.info.amqpPort);
  const doors = theDoors({ bus, storage: azurite.connectionString });
  const rows = Array.from({ length: 300 }, (_, index) =>
    aRow({}, `${String(index).padStart(8, "0")}-7e83-ef11-ac20-000d3a2b1c01`),
  );
  const members = {
    MessageName: "UpdateMultiple",
    InputParameters: [{ key: "Targets", value: { Entities: rows } }],
  };

  const { status } = await doors.post(aChangeEvent({ members }));
  await doors.relay();

  expect(status).toBe(202);
  const received = await receiveAll(bus, "orders");
  const rowIds = new Set(received.map(({ body }) => (body as { rowId: string }).rowId));
  expect(rowIds.size).toBe(300);
});
