import { EventHubProducerClient } from "@azure/event-hubs";
import { ContainerClient } from "@azure/storage-blob";
import { expect, test } from "vitest";
import type { Host } from "../../local/hosts.ts";
import { request, succeed } from "../../local/outside/request.ts";
import { until } from "../../local/outside/until.ts";
import { useStack } from "../support/useStack.ts";

const rule = { metric: "oven.celsius", count: 3, withinMs: 600_000, clearAfterMs: 3_600_000 };
const lines: string[] = [];
const local = useStack({
  log: (_process, line) => lines.push(line),
  settings: {
    TELEMETRY_ALERTS: JSON.stringify([
      { ...rule, name: "hot", above: 100 },
      { ...rule, name: "hotter", above: 200 },
    ]),
  },
});

const call = (host: Host, method: string, path: string, body?: unknown) =>
  succeed(method, `${host.info.url}/api/${path}`, {
    body,
    headers: { "x-functions-key": local.stack.keys.function },
  });
const readings = (value: number) => ({
  metric: rule.metric,
  key: "oven-7",
  readings: Array.from({ length: 3 }, () => ({ value, at: new Date().toISOString() })),
});

async function expectCount(host: Host, count: number): Promise<void> {
  await until(`${count} readings in the windows`, async () => {
    const { body } = await call(host, "GET", `telemetry?metric=${rule.metric}`);
    const windows = body["windows"] as { readonly count: number }[];
    return windows.reduce((sum, one) => sum + one.count, 0) === count ? true : undefined;
  });
}

/** The partition that raised them, once these alerts and no others are up. */
async function expectAlerts(host: Host, ...names: string[]): Promise<string | undefined> {
  type Alert = Record<"name" | "state" | "partition", string>;
  return until(`alerts ${names.join(" and ")}`, async () => {
    const { body } = await call(host, "GET", "telemetry/alerts");
    const alerts = body["alerts"] as Alert[];
    const up = alerts.filter(({ state }) => state === "raised").map(({ name }) => name);
    return up.toSorted().join() === names.join() ? alerts[0]?.partition : undefined;
  });
}

/** Names in the log, where a line break follows the event. */
const told = () =>
  [...lines.join("\n").matchAll(/telemetry alert raised \{\s+alert: '(\w+)'/g)].map(
    ([, name]) => name,
  );

async function poisonEachPartition(): Promise<void> {
  const producer = new EventHubProducerClient(local.stack.connectionStrings.broker, "telemetry");
  for (const partitionId of await producer.getPartitionIds()) {
    await producer.sendBatch([{ body: Buffer.from("{oops") }], { partitionId });
  }
  await producer.close();
}

/** Afterwards the next host hands the whole partition to the function again. */
async function forgetCheckpoint(group: string, partition: string | undefined): Promise<number> {
  const { storage } = local.stack.connectionStrings;
  const container = new ContainerClient(storage, "azure-webjobs-eventhub");
  let forgotten = 0;
  for await (const { name } of container.listBlobsFlat()) {
    if (!name.endsWith(`/${group}/checkpoint/${partition}`)) continue;
    await container.deleteBlob(name);
    forgotten++;
  }
  return forgotten;
}

test("both groups read what a flow posts, each by itself, and a stream that comes again raises nothing twice", async () => {
  const { stack } = local;
  const refused = await request("POST", `${stack.host.info.url}/api/telemetry`, {
    body: readings(150),
    headers: { "x-functions-key": "wrong" },
  });
  await poisonEachPartition();
  const posted = await call(stack.host, "POST", "telemetry", readings(150));
  await expectCount(stack.host, 3);
  const partition = await expectAlerts(stack.host, "hot");

  await stack.host.stop();
  const forgotten = await forgetCheckpoint("watch", partition);
  const next = await stack.startHost();
  await call(next, "POST", "telemetry", readings(250));
  await expectCount(next, 6);
  await expectAlerts(next, "hot", "hotter");
  await next.stop();

  expect(refused.status).toBe(401);
  expect(posted).toMatchObject({ status: 202, body: { accepted: 3 } });
  expect(forgotten).toBe(1);
  expect(told()).toEqual(["hot", "hotter"]);
});
