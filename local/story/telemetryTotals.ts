import { equal } from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { until } from "../outside/until.ts";
import type { Act } from "./act.ts";
import type { Outside } from "./world.ts";

const EVENTS = 10_000;
const DEVICES = 8;

type Totals = { readonly count: number; readonly sum: number };

export const telemetryTotals: Act = {
  title: `${EVENTS.toLocaleString("en")} telemetry events are counted exactly`,
  play: async ({ stack }) => {
    const metric = `story.${randomUUID()}`;
    // Whole numbers: their sum is exact in a double, so this check needs no decimals of its own.
    const values = Array.from({ length: EVENTS }, (_, index) => (index * 7919) % 1000);

    const began = performance.now();
    await send(stack, metric, values);
    const totals = await until("all events in the windows", async () => {
      const now = await totalsOf(stack, metric);
      return now.count >= EVENTS ? now : undefined;
    });

    equal(totals.count, EVENTS, "events counted");
    const sum = values.reduce((a, b) => a + b, 0);
    equal(totals.sum, sum, "sum of the values");
    const seconds = (performance.now() - began) / 1000;
    return `the table's windows hold ${totals.count} events with the sum ${totals.sum}, after ${seconds.toFixed(1)} s`;
  },
};

async function send(
  { connectionStrings }: Outside,
  metric: string,
  values: number[],
): Promise<void> {
  const { EventHubProducerClient } = await import("@azure/event-hubs");
  const producer = new EventHubProducerClient(connectionStrings.broker, "telemetry");
  try {
    for (let device = 0; device < DEVICES; device++) {
      const key = `device-${device}`;
      let batch = await producer.createBatch({ partitionKey: key });
      for (const value of values.filter((_, index) => index % DEVICES === device)) {
        const event = { body: { schema: 1, metric, key, value, at: Date.now() } };
        if (batch.tryAdd(event)) continue;
        await producer.sendBatch(batch);
        batch = await producer.createBatch({ partitionKey: key });
        batch.tryAdd(event);
      }
      await producer.sendBatch(batch);
    }
  } finally {
    await producer.close();
  }
}

/** Adds the window rows up, as whoever reads the table would. */
async function totalsOf({ connectionStrings }: Outside, metric: string): Promise<Totals> {
  const { odata, TableClient } = await import("@azure/data-tables");
  const table = TableClient.fromConnectionString(connectionStrings.storage, "telemetry", {
    allowInsecureConnection: true,
  });
  const rows = table.listEntities<{ count: number; sum: string }>({
    queryOptions: { filter: odata`metric eq ${metric}` },
  });
  let totals: Totals = { count: 0, sum: 0 };
  for await (const { count, sum } of rows) {
    totals = { count: totals.count + count, sum: totals.sum + Number(sum) };
  }
  return totals;
}
