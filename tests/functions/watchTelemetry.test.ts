import { expect, it } from "vitest";
import { registerWatchTelemetry } from "../../functions/watchTelemetry.ts";
import type { AlertNews, WatchTelemetry } from "../../shared/domain/telemetryAlert.ts";
import type { TelemetryBatch } from "../../shared/domain/telemetryBatch.ts";
import { recordingApp } from "../support/recordingApp.ts";
import { recordingContext } from "../support/recordingContext.ts";

const at = Date.parse("2026-11-23T12:00:00.123Z");
const reading = { schema: 1, metric: "ms", key: "done", value: "7", at };
const news = { name: "slow", metric: "ms", key: "done", value: "7", at };

function aFunction(watch: WatchTelemetry = async () => undefined) {
  const batches: TelemetryBatch[] = [];
  const app = recordingApp();
  registerWatchTelemetry(app, {
    watchTelemetry: (batch, tell) => {
      batches.push(batch);
      return watch(batch, tell);
    },
  });
  const options = app.hubs.get("watchTelemetry");
  const deliver = async (...bodies: string[]) => {
    const { context, lines } = recordingContext({
      partitionContext: { partitionId: "2", consumerGroup: "watch" },
      systemPropertiesArray: bodies.map((_, index) => ({
        sequenceNumber: 40 + index,
        enqueuedTimeUtc: new Date(at).toISOString(),
      })),
    });
    await options?.handler(
      bodies.map((body) => Buffer.from(body)),
      context,
    );
    return lines;
  };
  return { batches, options, deliver };
}

it("reads the hub in a consumer group of its own, and never gives a batch up", () => {
  expect(aFunction().options).toMatchObject({
    connection: "EVENT_HUBS",
    eventHubName: "%TELEMETRY_HUB%",
    consumerGroup: "watch",
    cardinality: "many",
    dataType: "binary",
    retry: { strategy: "exponentialBackoff", maxRetryCount: -1 },
  });
});

it("hands over what can be read and what cannot, each with its place in the partition", async () => {
  const { batches, deliver } = aFunction();

  await deliver(JSON.stringify(reading), "{oops");

  expect(batches).toMatchObject([
    {
      partition: "2",
      events: [
        { kind: "event", sequenceNumber: 40, enqueuedAt: at, event: reading },
        { kind: "unreadable", sequenceNumber: 41, enqueuedAt: at },
      ],
    },
  ]);
});

it("logs an alert as a warning when it is raised, and that it was cleared", async () => {
  const all: AlertNews[] = [
    { kind: "raised", ...news },
    { kind: "cleared", ...news },
  ];
  const { deliver } = aFunction(async (_batch, tell) => all.forEach(tell));

  const lines = await deliver(JSON.stringify(reading));

  const details = {
    alert: "slow",
    metric: "ms",
    key: "done",
    value: "7",
    at: "2026-11-23T12:00:00.123Z",
  };
  expect(lines).toEqual([
    { level: "warning", event: "telemetry alert raised", details },
    { level: "information", event: "telemetry alert cleared", details },
  ]);
});

it("fails when the batch could not be taken into account, so that the host tries again", async () => {
  const { deliver } = aFunction(() => Promise.reject(new Error("the table is down")));

  await expect(deliver(JSON.stringify(reading))).rejects.toThrow("the table is down");
});
