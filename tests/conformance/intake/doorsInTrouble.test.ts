import { performance } from "node:perf_hooks";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { registerReceiveDataverseWebhook } from "../../../functions/receiveDataverseWebhook.ts";
import { registerSubmitOrder } from "../../../functions/submitOrder.ts";
import { type Azurite, startAzurite } from "../../../local/azurite.ts";
import { createOutboxTable } from "../../../shared/adapters/outboxTable.ts";
import { createServiceBusSenders } from "../../../shared/adapters/serviceBusSender.ts";
import { createTable } from "../../../shared/adapters/tables.ts";
import { loadConfig } from "../../../shared/config.ts";
import { systemClock } from "../../../shared/patterns/clock.ts";
import { createIntakeServices } from "../../../shared/services/intake.ts";
import { ORGANIZATION, payload, ROW } from "../../support/aChangeEvent.ts";
import { callHttp } from "../../support/httpCall.ts";
import { type Loopback, refusedUrl, startSilent } from "../../support/loopback.ts";
import { recordingApp } from "../../support/recordingApp.ts";

/** The doors over the real SDK clients, with a bus or a storage that refuses, or that never answers. */
let azurite: Azurite;
let silent: Loopback;
let refused: string;

beforeAll(async () => {
  azurite = await startAzurite({ blobPort: 0, queuePort: 0, tablePort: 0 });
  silent = await startSilent();
  refused = await refusedUrl();
});

afterAll(async () => {
  await silent.stop();
  await azurite.stop();
});

const busAt = (url: string) =>
  `Endpoint=sb://${new URL(url).host};SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true;`;
const storageAt = (url: string) =>
  `DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=Zm9v;BlobEndpoint=${url}/devstoreaccount1;TableEndpoint=${url}/devstoreaccount1;QueueEndpoint=${url}/devstoreaccount1;`;

function theDoors(options: { readonly bus: string; readonly storage: string }) {
  const config = loadConfig({
    SERVICE_BUS: busAt(options.bus),
    EVENT_HUBS: busAt(options.bus),
    STORAGE: options.storage,
    DATAVERSE_EVENTS_QUEUE: "dataverse-events",
    ORDERS_QUEUE: "orders",
    WAREHOUSE_QUEUE: "warehouse",
    TELEMETRY_HUB: "telemetry",
    DATAVERSE_ORGANIZATION_ID: ORGANIZATION,
    DATAVERSE_URL: refused,
    CREDIT_BUREAU_URL: refused,
    INVENTORY_URL: refused,
    WAREHOUSE_URL: refused,
    PROCUREMENT_URL: refused,
  });
  const clock = systemClock;
  const senderOf = createServiceBusSenders({ connection: config.serviceBus, clock });
  const services = {
    clock,
    ...createIntakeServices({
      config,
      clock,
      senderOf,
      readOrder: async () => undefined,
      telemetry: { emit: async () => undefined },
    }),
  };
  const app = recordingApp();
  registerReceiveDataverseWebhook(app, services);
  registerSubmitOrder(app, services);
  const timed = async (name: string, body: unknown, headers = {}) => {
    const started = performance.now();
    const { status } = await callHttp(app, name, { body, headers });
    return { status, tookMs: performance.now() - started };
  };
  return {
    post: (bytes: Uint8Array) => timed("receiveDataverseWebhook", bytes),
    submit: (key: string) => timed("submitOrder", { orderId: ROW }, { "idempotency-key": key }),
    relay: services.relayOutbox,
    kept: () => createOutboxTable(createTable(config.tables, "intake")).oldest(1_000),
  };
}

const EVENT = "salesorder-submitted.async-update.json";

describe.each([
  ["refuses", () => refused],
  ["never answers", () => silent.url],
])("a bus that %s", (_how, bus) => {
  it("costs a door a few seconds, and the outbox has what came in", async () => {
    const doors = theDoors({ bus: bus(), storage: azurite.connectionString });
    const before = (await doors.kept()).length;

    const answers = await Promise.all([
      doors.post(payload(EVENT)),
      doors.submit(`key-${bus()}`),
      doors.post(Buffer.from("{")),
    ]);

    for (const { status, tookMs } of answers) {
      expect(status).toBe(202);
      expect(tookMs).toBeLessThan(5_000);
    }
    const rows = await doors.kept();
    expect(rows).toHaveLength(before + 3);
    expect(
      rows
        .slice(before)
        .map(({ message }) => message.destination)
        .sort(),
    ).toEqual(["dataverse-events", "orders", "orders"]);
    const { relayed, because } = await doors.relay();
    expect(relayed).toBe(0);
    expect(because).toBeInstanceOf(Error);
    expect(await doors.kept()).toHaveLength(before + 3);
  });
});

describe.each([
  ["refuse", () => refused],
  ["never answer", () => silent.url],
])("bus and storage that both %s", (_how, url) => {
  it("make every door answer 503 within ten seconds", async () => {
    const doors = theDoors({ bus: url(), storage: storageAt(url()) });

    const answers = await Promise.all([
      doors.post(payload(EVENT)),
      doors.submit("key"),
      doors.post(Buffer.from("{")),
    ]);

    for (const { status, tookMs } of answers) {
      expect(status).toBe(503);
      expect(tookMs).toBeLessThan(10_000);
    }
  });
});
