import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { EventHubProducerClient } from "@azure/event-hubs";
import { ServiceBusClient } from "@azure/service-bus";
import { BlobServiceClient } from "@azure/storage-blob";
import { afterEach, describe, expect, test } from "vitest";
import { until } from "../../local/outside/until.ts";
import { freePorts, startCommand } from "../support/npmRun.ts";

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

describe("npm start", () => {
  test.skipIf(process.platform === "win32")(
    "prints what to try and stops on Ctrl-C with exit code 0",
    async () => {
      const command = startCommand("local/start.ts", [], freePorts);

      const output = await command.printed(/Ready in/);
      command.interrupt();

      expect(output).toContain("Three things to try next");
      expect((await command.finished).code).toBe(0);
    },
  );

  test.skipIf(process.platform === "win32")("prints commands that do what it says", async () => {
    const command = startCommand("local/start.ts", [], freePorts);
    const lines = (await command.printed(/Ready in/)).split("\n");
    const [submit, look, withdraw, down, submitAgain, queues, up, ledger] = lines
      .filter((line) => line.trim().startsWith("curl"))
      .map((line) => () => run(line));
    const showsState = (state: string) =>
      until(`an order that is ${state}`, async () =>
        (await look?.())?.includes(`"state":"${state}"`) ? true : undefined,
      );

    await submit?.();
    await showsState("approved");
    await withdraw?.();
    await showsState("withdrawn");
    await down?.();
    await submitAgain?.();
    await showsState("approved");
    await until(
      "a command that waits",
      async () =>
        /"name":"warehouse","active":0,"scheduled":1/.test((await queues?.()) ?? "") || undefined,
    );
    await up?.();

    await until("the second shipment", async () => {
      const effects = (await ledger?.())?.match(/"type":"requestShipment"/g) ?? [];
      return effects.length === 2 ? true : undefined;
    });
    command.interrupt();
    expect((await command.finished).code).toBe(0);
  });

  test("prints addresses, keys and connection strings that real clients get through with", async () => {
    const command = startCommand("local/start.ts", [], freePorts);
    const output = await command.printed(/Ready in/);
    const printed = (label: string) =>
      new RegExp(`^  ${label} +(\\S+)`, "m").exec(output)?.[1] ?? "";
    const app = /http:\/\/127\.0\.0\.1:\d+(?=\/api\/health)/.exec(output)?.[0] ?? "";

    const dataverse = await fetch(`${printed("Dataverse")}salesorders`, {
      headers: { authorization: "Bearer local" },
    });
    expect(dataverse.status).toBe(200);
    const services = (await (await fetch(printed("Control"))).json()) as { url: string }[];
    for (const label of ["Credit bureau", "Inventory", "Warehouse", "Procurement"]) {
      expect(services.map(({ url }) => url)).toContain(printed(label));
      expect((await fetch(printed(label))).status).toBe(404); // it is up, and has nothing there
    }
    expect((await fetch(printed("Broker health"))).status).toBe(200);

    const asking = (path: string, key: string) =>
      fetch(`${app}${path}`, { headers: { "x-functions-key": key } });
    expect((await asking("/admin/host/status", printed("Master key"))).status).toBe(200);
    expect((await asking("/admin/host/status", printed("Function key"))).status).toBe(401);
    expect((await asking("/api/telemetry/alerts", printed("Function key"))).status).toBe(200);

    const serviceBus = new ServiceBusClient(printed("Service Bus"));
    expect(await serviceBus.createReceiver("orders").peekMessages(1)).toEqual([]);
    await serviceBus.close();
    const producer = new EventHubProducerClient(printed("Event Hubs"), "telemetry");
    expect(await producer.getPartitionIds()).not.toEqual([]);
    await producer.close();
    const blobs = BlobServiceClient.fromConnectionString(printed("Storage"));
    await expect(blobs.getProperties()).resolves.toHaveProperty("requestId");

    command.kill();
    await command.finished;
  });

  test("starts as many hosts as told, each on a port of its own", async () => {
    const command = startCommand("local/start.ts", ["--hosts", "2"], freePorts);

    const output = await command.printed(/Ready in/);
    command.kill();
    await command.finished;

    expect(output).toMatch(/The same on +http:\/\/127\.0\.0\.1:\d+/);
  });

  test("starts a host that was killed again, at the same address", async () => {
    const masterKey = "a-master-key";
    const env = { ...freePorts, MASTER_KEY: masterKey };
    const command = startCommand("local/start.ts", [], env);
    const output = await command.printed(/Ready in/);
    const app = /http:\/\/127\.0\.0\.1:\d+(?=\/api\/health)/.exec(output)?.[0] ?? "";
    const hostProcess = async () => {
      const headers = { "x-functions-key": masterKey };
      const status = await fetch(`${app}/admin/host/status`, { headers });
      return ((await status.json()) as { processId: number }).processId;
    };
    const killed = await hostProcess();

    process.kill(killed, "SIGKILL");

    await until("another host", async () => ((await hostProcess()) === killed ? undefined : true));
    command.interrupt();
    const { output: whole } = await command.finished;
    expect(whole).toContain(`the host at ${app} ended with code null and is started again`);
  });

  test.for(["HOST_PORT", "AMQP_PORT", "DATAVERSE_PORT", "TABLE_PORT"])(
    "says in one line that %s is taken, and ends with exit code 1",
    async (option) => {
      const port = await takenPort();

      const { code, output } = await startCommand("local/start.ts", [], {
        ...freePorts,
        [option]: String(port),
      }).finished;

      expect(code).toBe(1);
      expect(output.split("\n").filter((line) => line.includes(String(port)))).toHaveLength(1);
      expect(output).not.toContain("    at ");
    },
  );

  test("names an option that it does not know", async () => {
    const { code, output } = await startCommand("local/start.ts", ["--nonsense"]).finished;

    expect(code).toBe(1);
    expect(output).toContain("--nonsense");
  });
});

async function takenPort(): Promise<number> {
  const server = createServer();
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** What `curl` does with a printed line, on a machine that may have none. */
async function run(line: string): Promise<string> {
  const [, method = "GET"] = /-X (\w+)/.exec(line) ?? [];
  const [, url = ""] = /(https?:[^\s"]+)/.exec(line) ?? [];
  const [, file] = /-d "@([^"]+)"/.exec(line) ?? [];
  const headers = [...line.matchAll(/-H "([^:]+): ([^"]+)"/g)].map(([, name, value]) => [
    String(name),
    String(value),
  ]);
  const body = file && (await readFile(join(import.meta.dirname, "..", "..", file), "utf8"));
  const response = await fetch(url, {
    method,
    headers: Object.fromEntries(headers),
    ...(body && { body }),
  });
  return await response.text();
}
