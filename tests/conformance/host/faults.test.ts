import { join } from "node:path";
import { ServiceBusClient } from "@azure/service-bus";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Broker, brokerConnectionString, startBroker } from "../../../local/emulatorSet.ts";
import { keepUp } from "../../../local/keepUp.ts";
import { type HostChild, startHostChild } from "./startHostChild.ts";

let broker: Broker;
let client: ServiceBusClient;
let host: HostChild;
const startTestHost = (functions = ["fragile", "dead"]) =>
  startHostChild("faults", {
    functions,
    settings: {
      BUS: brokerConnectionString(broker.info.amqpPort),
      AzureWebJobsStorage: "UseDevelopmentStorage=true",
    },
  });
beforeAll(async () => {
  broker = await startBroker({
    ports: { amqpPort: 0, adminPort: 0 },
    serviceBusConfig: join(import.meta.dirname, "fixtures", "faults", "entities.json"),
  });
  client = new ServiceBusClient(brokerConnectionString(broker.info.amqpPort));
  host = await startTestHost();
});
afterAll(async () => {
  await client.close();
  await host.stop();
  await broker.stop();
});

type Order = { readonly how: string; readonly times?: number };

async function send(body: Order, queue = "fragile"): Promise<void> {
  const sender = client.createSender(queue);
  await sender.sendMessages({ body });
  await sender.close();
}

async function seen(what: string, how: string, count = 1, on = host) {
  for (let wanted = count; ; wanted += 1) {
    const reports = await on.seenAtLeast(wanted, what);
    const own = reports.filter(({ body }) => (body as Order).how === how);
    if (own.length >= count) return own;
  }
}

describe("a handler that", () => {
  test.each([
    ["throws an error", "throws"],
    ["throws what is no error", "throwsText"],
    ["never ends", "hangs"],
    ["returns what cannot be sent on", "circular"],
  ])("%s fails its message, which comes again, and nothing else", async (_case, how) => {
    await send({ how });

    const tries = await seen("fragile", how, 2);
    await seen("recovered", how);

    expect(tries.map(({ deliveryCount }) => deliveryCount)).toEqual([1, 2]);
  });

  test("returns nonsense for no output has done its work", async () => {
    await send({ how: "nonsense" });
    await seen("fragile", "nonsense");
    await send({ how: "nothing at all", times: 0 });
    await seen("recovered", "nothing at all");

    const receiver = client.createReceiver("fragile");
    await expect.poll(async () => (await receiver.peekMessages(10)).length).toBe(0);
    expect(await seen("fragile", "nonsense")).toHaveLength(1);
    await receiver.close();
  });
});

test("a dead-letter function that fails is called again more and more rarely", async () => {
  await send({ how: "throwsForGood", times: 99 });

  const calls = await seen("dead", "throwsForGood", 3);

  const at = calls.map((call) => Number(call["at"]));
  const pauses = at.slice(1).map((later, index) => later - (at[index] ?? later));
  expect(pauses[0]).toBeGreaterThanOrEqual(950);
  expect(pauses[1]).toBeGreaterThanOrEqual(1_950);
});

test("a handler that ends the process takes its message down only until the lock is over", async () => {
  const [doomed, heir] = [host, await startTestHost()];
  await send({ how: "exits" });

  const ended = await Promise.race([doomed.exited, heir.exited]);
  const survivor = doomed.hasExited() ? heir : doomed;
  host = survivor;
  const [again] = await seen("recovered", "exits", 1, survivor);

  expect(ended).toBe(3);
  expect(again).toBeDefined();
});

test("a handler that ends the process each time gets its message dead-lettered, and the host is still up", async () => {
  let latest = await startTestHost(["deadly"]);
  const { stop } = keepUp(latest, {
    restart: async () => {
      latest = await startTestHost(["deadly"]);
      return latest;
    },
    print: () => {},
    sleep: async () => {},
  });
  await send({ how: "exits" }, "deadly");

  const [dead] = await client
    .createReceiver("deadly", { subQueueType: "deadLetter" })
    .receiveMessages(1, { maxWaitTimeInMs: 25_000 });
  await send({ how: "lives" }, "deadly");

  expect(dead?.deadLetterReason).toBe("MaxDeliveryCountExceeded");
  expect(dead?.deliveryCount).toBe(5);
  await expect
    .poll(() => latest.seen.map(({ body }) => body), { timeout: 10_000 })
    .toEqual([{ how: "lives" }]);
  await stop();
});
