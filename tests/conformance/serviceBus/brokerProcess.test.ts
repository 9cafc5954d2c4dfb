import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ServiceBusClient } from "@azure/service-bus";
import { afterEach, describe, expect, it } from "vitest";
import type { FromChild } from "../../../local/child.ts";
import type { BrokerPorts } from "../../../local/startBroker.ts";
import { emulatorConnectionString } from "../../support/startBroker.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const ownEntities = {
  serviceBusConfig: join(root, "infra/entities/service-bus.json"),
  eventHubsConfig: join(root, "infra/entities/event-hubs.json"),
};

describe("the broker's process", () => {
  const children: ChildProcess[] = [];
  const directories: string[] = [];

  afterEach(() => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
    for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
  });

  const start = async (options: object = {}) => {
    const child = fork(join(root, "local/broker.ts"), { execArgv: [] });
    children.push(child);
    child.send({
      type: "start",
      options: { amqpPort: 0, adminPort: 0, ...ownEntities, ...options },
    });
    const [answer] = (await once(child, "message")) as [FromChild<BrokerPorts>];
    return { child, answer };
  };
  const started = async () => {
    const { child, answer } = await start();
    if (answer.type === "failed") throw new Error(answer.message);
    return { child, ...answer.info, admin: `http://localhost:${answer.info.adminPort}` };
  };

  it("serves queues and hubs of the project's own entities and shows what they hold", async () => {
    const { amqpPort, admin } = await started();
    const client = new ServiceBusClient(emulatorConnectionString(amqpPort));
    await client.createSender("orders").sendMessages({ body: 1 });

    const entities: unknown = await (await fetch(`${admin}/entities`)).json();

    await client.close();
    expect(entities).toMatchObject({
      queues: expect.arrayContaining([
        { name: "orders", active: 1, scheduled: 0, locked: 0, deferred: 0, deadLettered: 0 },
      ]) as unknown,
      hubs: [{ name: "telemetry" }],
    });
  });

  it("empties everything when told to reset", async () => {
    const { amqpPort, admin } = await started();
    const client = new ServiceBusClient(emulatorConnectionString(amqpPort));
    await client.createSender("orders").sendMessages({ body: 1 });

    const { status } = await fetch(`${admin}/reset`, { method: "POST" });

    expect(status).toBe(204);
    expect(await client.createReceiver("orders").peekMessages(1)).toEqual([]);
    await client.close();
  });

  it("answers a health check as the official emulators do, on IPv4 and IPv6", async () => {
    const { adminPort } = await started();

    for (const host of ["127.0.0.1", "localhost"]) {
      const response = await fetch(`http://${host}:${adminPort}/health`);
      expect([response.status, await response.json()]).toEqual([
        200,
        { status: "healthy", message: "Service is healthy." },
      ]);
    }
  });

  it("stops when told to, with clients attached", async () => {
    const { child, amqpPort } = await started();
    const client = new ServiceBusClient(emulatorConnectionString(amqpPort));
    await client.createSender("orders").sendMessages({ body: 1 });

    child.send({ type: "stop" });

    expect(await once(child, "exit")).toEqual([0, null]);
    await client.close();
  });

  it("says in one line which port is taken", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address() as { port: number };

    const { answer } = await start({ amqpPort: port });

    taken.close();
    expect(answer).toEqual({
      type: "failed",
      message: `port ${port} is already in use`,
    });
  });

  it("says in one line which queue asks for what is not emulated", async () => {
    const directory = mkdtempSync(join(tmpdir(), "entities-"));
    directories.push(directory);
    const serviceBusConfig = join(directory, "Config.json");
    const queue = { Name: "grouped", Properties: { RequiresSession: true } };
    writeFileSync(
      serviceBusConfig,
      JSON.stringify({ UserConfig: { Namespaces: [{ Name: "n", Queues: [queue], Topics: [] }] } }),
    );

    const { answer } = await start({ serviceBusConfig });

    expect(answer).toEqual({
      type: "failed",
      message: 'Service Bus queue "grouped": RequiresSession is not emulated',
    });
  });
});
