import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EventHubProducerClient } from "@azure/event-hubs";
import { ServiceBusClient } from "@azure/service-bus";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startBroker } from "../../../local/startBroker.ts";
import { aQueue } from "../../support/aQueue.ts";
import { emulatorConnectionString } from "../../support/startBroker.ts";

describe("a broker whose files are not as it left them", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "damaged-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const start = () =>
    startBroker({
      amqpPort: 0,
      adminPort: 0,
      queues: [aQueue("orders")],
      hubs: [{ name: "telemetry", partitionCount: 1, consumerGroups: [] }],
      state: { directory },
      log: () => {},
    });

  /** A broker that has two messages and two events, and stopped. */
  const leaveFiles = async () => {
    const broker = await start();
    const connectionString = emulatorConnectionString(broker.info.amqpPort);
    const client = new ServiceBusClient(connectionString);
    const producer = new EventHubProducerClient(connectionString, "telemetry");
    for (const body of ["one", "two"]) {
      await client.createSender("orders").sendMessages({ body });
      await producer.sendBatch([{ body }]);
    }
    await Promise.all([client.close(), producer.close()]);
    await broker.stop();
  };
  const files = {
    queues: () => join(directory, "queues.journal"),
    hub: () => {
      const partition = join(directory, "hubs", "telemetry", "0");
      return join(partition, readdirSync(partition)[0] ?? "");
    },
  };
  const flipBit = (bytes: Buffer) => {
    const damaged = Buffer.from(bytes);
    damaged[100] = (damaged[100] ?? 0) ^ 1;
    return damaged;
  };

  it.each([
    ["queues", "damaged", flipBit, "is damaged between bytes"],
    ["hub", "damaged", flipBit, "is damaged between bytes"],
    ["queues", "foreign", () => Buffer.from("a letter to a friend"), "is not a journal"],
    ["hub", "foreign", () => Buffer.from("a letter to a friend"), "is not a journal"],
  ] as const)(
    "refuses to start in one line that offers to begin anew, and leaves the file as it is (%s, %s)",
    async (which, _what, change, reason) => {
      await leaveFiles();
      const file = files[which]();
      const changed = change(readFileSync(file));
      writeFileSync(file, changed);

      await expect(start()).rejects.toThrow(new RegExp(`^[^\n]*${reason}[^\n]*--fresh[^\n]*$`));
      expect(readFileSync(file)).toEqual(changed);
    },
  );
});
