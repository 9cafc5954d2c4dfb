import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TableClient } from "@azure/data-tables";
import { ServiceBusClient } from "@azure/service-bus";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { until } from "../../local/outside/until.ts";
import { type Stack, startStack } from "../../local/stack.ts";
import { telemetryTotals } from "../../local/story/telemetryTotals.ts";
import { retrySettings } from "../../local/story/warehouseOffline.ts";
import { createWorld } from "../../local/story/world.ts";

const EVENTS_OF_A_PLAY = 10_000;
const A_DAY_MS = 24 * 60 * 60 * 1000;

describe("a second start on the same state", () => {
  let directory: string;
  let stack: Stack | undefined;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "state-"));
  });
  afterEach(async () => {
    await stack?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it("finds the queue of the day before, counts telemetry exactly, and begins anew only when told", async () => {
    stack = await startStack({ state: { directory } });
    await telemetryTotals.play(createWorld(stack));
    await scheduleForTomorrow(stack);
    await expect(startStack({ state: { directory } })).rejects.toThrow(
      new RegExp(`is in use by process ${process.pid}`),
    );
    await stack.stop();

    stack = await startStack({ state: { directory } });
    await telemetryTotals.play(createWorld(stack));
    expect(await eventsCounted(stack)).toBe(2 * EVENTS_OF_A_PLAY);
    expect(await scheduledFor(stack)).toBe(1);
    await stack.stop();

    stack = await startStack({ state: { directory, fresh: true } });
    expect(await scheduledFor(stack)).toBe(0);
    await telemetryTotals.play(createWorld(stack));
    expect(await eventsCounted(stack)).toBe(EVENTS_OF_A_PLAY);
  });

  it("ships the order of the day before, with what was reserved for it then", async () => {
    stack = await startStack({ state: { directory }, settings: retrySettings });
    const before = createWorld(stack);
    await before.standIns.behave("warehouse", { mode: "failing" });
    const order = await before.enterOrder("yesterday's", "BIKE-100", 1, "450.0000");
    await before.dataverse.submit(order);
    await until("an attempt to ship", async () =>
      (await before.standIns.ledger("warehouse")).calls.find(({ status }) => status === 503),
    );
    await stack.stop();

    stack = await startStack({ state: { directory }, settings: retrySettings });
    const after = createWorld(stack);

    await until("the shipment", async () => (await after.effects("warehouse", order))[0]);
    await after.dataverse.fulfilled(order, "approved");
    await after.quiet();
    await after.expectEffects("warehouse", order, ["requestShipment"]);
    await after.expectEffects("inventory", order, ["reservation"]);
    expect(await after.dataverse.fulfilments(order)).toHaveLength(1);
    expect((await after.dataverse.order(order))["name"]).toBe("yesterday's");
  });
});

async function scheduleForTomorrow({ connectionStrings }: Stack): Promise<void> {
  const client = new ServiceBusClient(connectionStrings.broker);
  const tomorrow = new Date(Date.now() + A_DAY_MS);
  await client.createSender("warehouse").scheduleMessages({ body: "tomorrow" }, tomorrow);
  await client.close();
}

async function scheduledFor({ broker }: Stack): Promise<number | undefined> {
  const response = await fetch(`http://127.0.0.1:${broker.info.adminPort}/entities`);
  const { queues } = (await response.json()) as { queues: { name: string; scheduled: number }[] };
  return queues.find(({ name }) => name === "warehouse")?.scheduled;
}

async function eventsCounted({ connectionStrings }: Stack): Promise<number> {
  const table = TableClient.fromConnectionString(connectionStrings.storage, "telemetry", {
    allowInsecureConnection: true,
  });
  let total = 0;
  for await (const { metric, count } of table.listEntities<{ metric?: string; count?: number }>()) {
    if (metric?.startsWith("story.")) total += count ?? 0;
  }
  return total;
}
