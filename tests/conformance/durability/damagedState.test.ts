import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ServiceBusClient } from "@azure/service-bus";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { brokerConnectionString, startEmulators } from "../../../local/emulatorSet.ts";

const ports = { amqpPort: 0, adminPort: 0, blobPort: 0, queuePort: 0, tablePort: 0 };

describe("a state that was up once", { timeout: 60_000 }, () => {
  let directory: string;
  const start = () => startEmulators({ ports, state: { directory } });
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "damaged-"));
    const { broker, stop } = await start();
    const client = new ServiceBusClient(brokerConnectionString(broker.info.amqpPort));
    await client.createSender("orders").sendMessages({ body: "kept" });
    await client.close();
    await stop();
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it.each([
    ["broker/queues.journal", undefined, "is missing"],
    ["broker/queues.journal", "", "is empty"],
    ["broker/hubs.journal", undefined, "is missing"],
    ["azurite/__azurite_db_table__.json", undefined, "is missing"],
    ["azurite/__azurite_db_blob__.json", "", "is damaged"],
    ["azurite/__azurite_db_queue__.json", '{"filename":', "is damaged"],
  ])("is refused in one line that offers --fresh when %s is %j", async (name, content, reason) => {
    const path = join(directory, name);
    const whole = readFileSync(path);
    onTestFinished(() => writeFileSync(path, whole));
    rmSync(path);
    if (content !== undefined) writeFileSync(path, content);

    await expect(start()).rejects.toMatchObject({
      message: expect.stringMatching(
        new RegExp(`^[^\n]*${name.split("/")[1]} ${reason}; --fresh[^\n]*$`),
      ) as string,
    });
  });
});
