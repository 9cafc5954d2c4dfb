import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ServiceBusClient } from "@azure/service-bus";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { dataverseClient } from "../../../local/outside/dataverse.ts";
import { request, succeed } from "../../../local/outside/request.ts";
import { standInsControl } from "../../../local/outside/standIns.ts";
import { startStandIns } from "../../../local/standIns/startStandIns.ts";
import { aQueue } from "../../support/aQueue.ts";
import { startHttp } from "../../support/loopback.ts";
import { createMemoryFiles } from "../../support/memoryFiles.ts";
import { startBroker } from "../../support/startBroker.ts";
import { startKillableStandIns } from "./killableStandIns.ts";

const nobody =
  "Endpoint=sb://127.0.0.1:1;SharedAccessKeyName=x;SharedAccessKey=x;UseDevelopmentEmulator=true;";
const limits = { jobRetryBaseMs: 20, jobRetryMaxMs: 200 };
const reservation = {
  order: "salesorder:1",
  submission: "s1",
  lines: [{ sku: "BIKE-100", quantity: "3" }],
};

describe("stand-ins that are killed and started again on the same files", () => {
  const stops: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const stop of stops.splice(0).toReversed()) await stop();
  });
  const start = async (options: Partial<Parameters<typeof startKillableStandIns>[0]> = {}) => {
    const standIns = await startKillableStandIns({ serviceBus: nobody, limits, ...options });
    stops.push(standIns.stop);
    return standIns;
  };
  /** Approves every credit check; answers the webhook or not. */
  const startApp = async (webhook: "answers" | "is silent") => {
    const events: string[] = [];
    const loopback = await startHttp((incoming, response) => {
      const isWebhook = incoming.url === "/api/webhooks/dataverse";
      let body = "";
      incoming.on("data", (chunk: Buffer) => (body += chunk.toString()));
      incoming.on("end", () => {
        if (isWebhook) events.push(body);
        if (isWebhook && webhook === "is silent") return;
        response.writeHead(isWebhook ? 202 : 200, { "content-type": "application/json" });
        response.end(JSON.stringify({ decision: "approve" }));
      });
    });
    stops.push(loopback.stop);
    return { events, app: { url: loopback.url, functionKey: "key" } };
  };

  it("have their rows, and number on", async () => {
    const standIns = await start();
    const line = {
      product: await standIns.dataverse().product("BIKE-100"),
      quantity: 2,
      price: "10",
    };
    const order = await standIns.dataverse().enterOrder("yesterday's", [line], "20");
    const { "@odata.context": _address, ...before } = await standIns.dataverse().order(order);

    await standIns.killAndStart();

    expect(await standIns.dataverse().order(order)).toMatchObject(before);
    const next = await standIns.dataverse().enterOrder("today's", [line], "20");
    const { ordernumber, versionnumber } = await standIns.dataverse().order(next);
    expect(String(ordernumber).slice(0, 9) > String(before["ordernumber"]).slice(0, 9)).toBe(true);
    expect(Number(versionnumber)).toBeGreaterThan(Number(before["versionnumber"]));
  });

  it("do not know a row that was deleted, nor seed what was changed", async () => {
    const standIns = await start();
    const rows = () => `${standIns.info().urls.dataverse}/api/data/v9.2/salesorders`;
    const headers = { authorization: "Bearer t" };
    const [first] = (await succeed("GET", rows(), { headers })).body["value"] as [
      { salesorderid: string },
    ];
    await succeed("DELETE", `${rows()}(${first.salesorderid})`, { headers });

    await standIns.killAndStart();

    const { status } = await request("GET", `${rows()}(${first.salesorderid})`, { headers });
    expect(status).toBe(404);
  });

  it("give the first answer under a known key, with one effect and one change of stock", async () => {
    const standIns = await start();
    const reserve = () =>
      succeed("POST", `${standIns.info().urls.inventory}/reservations`, {
        body: reservation,
        headers: { "idempotency-key": '"k1"' },
      });
    const first = await reserve();

    await standIns.killAndStart();
    const again = await reserve();
    await succeed("POST", `${standIns.info().urls.inventory}/releases`, {
      body: { reservationKey: "k1" },
      headers: { "idempotency-key": '"k2"' },
    });

    const { effects } = await standIns.control().ledger("inventory");
    expect(again.body).toEqual(first.body);
    expect(effects.map(({ kind, key }) => [kind, key])).toEqual([
      ["reservation", "k1"],
      ["release", "k2"],
    ]);
  });

  it("post a system job that had not reached the bus", async () => {
    const { app } = await startApp("answers");
    const standIns = await start({ app });
    const order = await standIns.dataverse().enterOrder("waits", [], "20");
    await standIns.dataverse().submit(order);
    const broker = await startBroker({ queues: [aQueue("dataverse-events")] });
    stops.push(broker.stop);

    await standIns.killAndStart({ serviceBus: broker.connectionString });

    const client = new ServiceBusClient(broker.connectionString);
    stops.push(() => client.close());
    const [event] = await client.createReceiver("dataverse-events").receiveMessages(1);
    expect(event?.body).toMatchObject({ PrimaryEntityName: "salesorder", PrimaryEntityId: order });
  });

  it("call the webhook again that had not answered, once they know the app", async () => {
    const silent = await startApp("is silent");
    const standIns = await start({ app: silent.app });
    const order = await standIns.dataverse().enterOrder("waits", [], "20");
    await standIns.dataverse().submit(order);
    await vi.waitFor(() => expect(silent.events).toHaveLength(1));
    const answering = await startApp("answers");

    await standIns.killAndStart({ app: undefined });
    const { controlUrl } = standIns.info();
    await succeed("PUT", `${controlUrl}/dataverse/app`, { body: answering.app });

    await vi.waitFor(() => expect(answering.events).toEqual(silent.events), { timeout: 5_000 });
  });

  it("begin anew after a reset", async () => {
    const standIns = await start();
    const order = await standIns.dataverse().enterOrder("forgotten", [], "20");
    await standIns.control().reset();

    await standIns.killAndStart();

    await expect(standIns.dataverse().order(order)).rejects.toThrow("404");
    expect(await standIns.dataverse().product("BIKE-100")).toBeTypeOf("string");
  });

  it("have everything they acknowledged under load", async () => {
    const standIns = await start();
    const acknowledged: string[] = [];
    const asked = { count: 0 };
    const lane = async () => {
      for (;;) {
        const key = `k${(asked.count += 1)}`;
        await succeed("POST", `${standIns.info().urls.inventory}/reservations`, {
          body: reservation,
          headers: { "idempotency-key": `"${key}"` },
        });
        acknowledged.push(key);
      }
    };

    for (let life = 1; life <= 3; life += 1) {
      const cutOff = Promise.allSettled([lane(), lane(), lane()]);
      await vi.waitFor(() => expect(acknowledged.length).toBeGreaterThan(life * 60));
      await standIns.killAndStart();
      await cutOff;
    }

    const { effects } = await standIns.control().ledger("inventory");
    const keys = effects.map(({ key }) => key);
    const { body: stock } = await succeed(
      "GET",
      `${standIns.info().controlUrl}/services/inventory/stock`,
    );
    expect(acknowledged.filter((key) => !keys.includes(key))).toEqual([]);
    expect(new Set(keys).size).toBe(keys.length);
    expect(Number(stock["BIKE-100"])).toBe(100_000 - 3 * keys.length);
  });

  it("refuse a damaged file in one line that offers to begin anew", async () => {
    const standIns = await start();
    await standIns.dataverse().enterOrder("one", [], "20");
    await standIns.dataverse().enterOrder("two", [], "20");
    const file = join(standIns.directory, "stand-ins.journal");

    await standIns.kill();
    const bytes = readFileSync(file);
    bytes[100] = (bytes[100] ?? 0) ^ 0xff;
    writeFileSync(file, bytes);

    await expect(standIns.start()).rejects.toThrow(/^[^\n]*damaged between[^\n]*--fresh[^\n]*$/);
    expect(readFileSync(file)).toEqual(bytes);
  });
});

describe("stand-ins that cannot write", () => {
  const begin = async () => {
    const directory = mkdtempSync(join(tmpdir(), "stand-ins-full-"));
    const files = createMemoryFiles();
    const { info, stop } = await startStandIns({
      controlPort: 0,
      ports: { dataverse: 0, creditBureau: 0, inventory: 0, warehouse: 0, procurement: 0 },
      serviceBus: nobody,
      organizationId: "c0e1b9a4-6c2b-ee11-a66b-000d3a2b1c00",
      state: { directory, files },
    });
    onTestFinished(async () => {
      await stop();
      rmSync(directory, { recursive: true, force: true });
    });
    const reserve = (key: string, sku = "BIKE-100") =>
      request("POST", `${info.urls.inventory}/reservations`, {
        body: { ...reservation, lines: [{ sku, quantity: "1" }] },
        headers: { "idempotency-key": `"${key}"` },
      });
    return { info, files, reserve };
  };

  it("refuse on a full disk what would change something, and go on reading", async () => {
    const { info, files, reserve } = await begin();
    await reserve("k0"); // now their first rows are in the file
    files.room = 0;
    const large = "x".repeat(200_000);
    let status = 200;
    for (let n = 0; status === 200; n += 1) ({ status } = await reserve(`large ${n}`, large));

    const order = await request("POST", `${info.urls.dataverse}/api/data/v9.2/salesorders`, {
      body: { name: large },
      headers: { authorization: "Bearer t" },
    });
    expect([status, order.status]).toEqual([503, 503]);
    expect(await dataverseClient(info.urls.dataverse).product("BIKE-100")).toBeTypeOf("string");
    await standInsControl(info.controlUrl).reset();
    files.room = Number.POSITIVE_INFINITY;
    expect((await reserve("k1")).status).toBe(200);
  });

  it("acknowledge nothing that is not in the file", async () => {
    const { files, reserve } = await begin();
    await reserve("k0"); // now there is room in the file
    files.beforeChange = () => {
      throw new Error("EIO");
    };

    const { status } = await reserve("k1");

    files.beforeChange = () => {};
    expect(status).toBe(500);
  });
});
