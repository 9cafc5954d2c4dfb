import { join } from "node:path";
import { EventHubProducerClient } from "@azure/event-hubs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Azurite, startAzurite } from "../../../local/azurite.ts";
import { type Broker, brokerConnectionString, startBroker } from "../../../local/emulatorSet.ts";
import { type HostChild, startHostChild } from "./startHostChild.ts";

let azurite: Azurite;
let broker: Broker;
beforeEach(async () => {
  [azurite, broker] = await Promise.all([
    startAzurite({ blobPort: 0, queuePort: 0, tablePort: 0 }),
    startTestBroker(),
  ]);
});
afterEach(async () => {
  await Promise.all([azurite.stop(), broker.stop()]);
});

function startTestBroker(amqpPort = 0): Promise<Broker> {
  return startBroker({
    ports: { amqpPort, adminPort: 0 },
    eventHubsConfig: join(import.meta.dirname, "fixtures", "eventHubs", "entities.json"),
  });
}

/** The same address, an empty log. */
async function replaceBroker(): Promise<void> {
  const { amqpPort } = broker.info;
  await broker.stop();
  broker = await startTestBroker(amqpPort);
}

const startTestHost = () =>
  startHostChild("eventHubs", {
    functions: ["shared"],
    settings: {
      HUBS: brokerConnectionString(broker.info.amqpPort),
      AzureWebJobsStorage: azurite.connectionString,
    },
  });

async function send(...marks: string[]): Promise<void> {
  const { amqpPort } = broker.info;
  const producer = new EventHubProducerClient(brokerConnectionString(amqpPort), "measures");
  await producer.sendBatch(
    marks.map((mark) => ({ body: { mark } })),
    { partitionId: "0" },
  );
  await producer.close();
}

const marks = ({ seen }: HostChild) =>
  seen.flatMap(({ body }) => body as { mark: string }[]).map(({ mark }) => mark);

test("a hub made anew is read from its start, under checkpoints of the old one, and it is said", async () => {
  const first = await startTestHost();
  await send("a", "b", "c", "d", "e");
  await expect.poll(() => marks(first), { timeout: 10_000 }).toHaveLength(5);
  await first.stop();
  await replaceBroker();
  await send("f", "g");

  const second = await startTestHost();
  await expect.poll(() => marks(second), { timeout: 10_000 }).toEqual(["f", "g"]);

  expect(second.lines.join("\n")).toContain(
    "the checkpoint of partition 0 (4) lies beyond the end of its log (1)",
  );
  await second.stop();
});

test("the same while the host is running", async () => {
  const host = await startTestHost();
  // So many that the new log stays shorter for as long as the host may take to connect again.
  const early = Array.from({ length: 100 }, (_, index) => `early ${index}`);
  await send(...early);
  await expect.poll(() => marks(host), { timeout: 10_000 }).toHaveLength(early.length);

  await replaceBroker();
  await send("k");

  const late = () => marks(host).slice(early.length);
  let sent = 0;
  await expect
    .poll(
      async () => {
        await send(`later ${sent}`);
        sent += 1;
        return late().includes("k");
      },
      { timeout: 20_000, interval: 500 },
    )
    .toBe(true);
  await expect.poll(() => new Set(late()).size, { timeout: 10_000 }).toBe(sent + 1);
  expect(host.lines.join("\n")).toMatch(
    /partition 0 has begun anew|lies beyond the end of its log/,
  );
  await host.stop();
});

test("a hub that was reset while no host was up gives all that came since, and nothing twice", async () => {
  const first = await startTestHost();
  await send("a", "b", "c");
  await expect.poll(() => marks(first), { timeout: 10_000 }).toHaveLength(3);
  await first.stop();

  await fetch(`http://127.0.0.1:${broker.info.adminPort}/reset?entity=measures`, {
    method: "POST",
  });
  // More than before, so that a checkpoint of the old log would lie within the new one.
  const late = ["d", "e", "f", "g", "h"];
  await send(...late);
  const second = await startTestHost();
  await expect.poll(() => marks(second), { timeout: 10_000 }).toContain("h");

  expect(marks(second)).toEqual(late);
  expect(second.lines.join("\n")).not.toContain("beyond the end");
  await second.stop();
});
