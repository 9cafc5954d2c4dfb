import { performance } from "node:perf_hooks";
import { registerReceiveDataverseWebhook } from "../../../functions/receiveDataverseWebhook.ts";
import { registerSubmitOrder } from "../../../functions/submitOrder.ts";
import { createOutboxTable } from "../../../shared/adapters/outboxTable.ts";
import { createServiceBusSenders } from "../../../shared/adapters/serviceBusSender.ts";
import { createTable } from "../../../shared/adapters/tables.ts";
import { loadConfig } from "../../../shared/config.ts";
import { systemClock } from "../../../shared/patterns/clock.ts";
import type { OutgoingMessage } from "../../../shared/patterns/timedSend.ts";
import { createIntakeServices } from "../../../shared/services/intake.ts";
import { ORGANIZATION, ROW } from "../../support/aChangeEvent.ts";
import { callHttp } from "../../support/httpCall.ts";
import { recordingApp } from "../../support/recordingApp.ts";
import { sampleSettings } from "../../support/sampleSettings.ts";

const NOWHERE = "http://127.0.0.1:9";

/** Doors a and c as the app builds them, over the real SDK clients; the telemetry hub never answers. */
export function theDoors({ bus, storage }: { readonly bus: string; readonly storage: string }) {
  const config = loadConfig({
    ...sampleSettings,
    SERVICE_BUS: bus,
    EVENT_HUBS: bus,
    STORAGE: storage,
    DATAVERSE_ORGANIZATION_ID: ORGANIZATION,
    DATAVERSE_URL: NOWHERE,
    CREDIT_BUREAU_URL: NOWHERE,
    INVENTORY_URL: NOWHERE,
    WAREHOUSE_URL: NOWHERE,
    PROCUREMENT_URL: NOWHERE,
  });
  const clock = systemClock;
  const readings: string[] = [];
  const services = {
    clock,
    ...createIntakeServices({
      config,
      clock,
      senderOf: createServiceBusSenders({ connection: config.serviceBus, clock }),
      readOrder: async () => undefined,
      telemetry: {
        emit: ({ metric, key }) => {
          readings.push(`${metric} ${key}`);
          return new Promise<never>(() => undefined);
        },
      },
    }),
  };
  const app = recordingApp();
  registerReceiveDataverseWebhook(app, services);
  registerSubmitOrder(app, services);
  const timed = async (name: string, body: unknown, headers: Record<string, string> = {}) => {
    const started = performance.now();
    const { status } = await callHttp(app, name, { body, headers });
    return { status, tookMs: performance.now() - started };
  };
  const outbox = createOutboxTable(createTable(config.tables, "intake"));
  return {
    post: (body: unknown) => timed("receiveDataverseWebhook", body),
    submit: (key: string) => timed("submitOrder", { orderId: ROW }, { "idempotency-key": key }),
    relay: services.relayOutbox,
    readings,
    kept: async () =>
      (await outbox.oldest(1_000)).map(({ message }) => ({ message: message as OutgoingMessage })),
  };
}
