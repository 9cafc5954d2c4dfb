import { describe, expect, it } from "vitest";
import { registerAggregateTelemetry } from "../../functions/aggregateTelemetry.ts";
import type { AggregateTelemetry, TelemetryBatch } from "../../shared/domain/telemetryBatch.ts";
import { recordingApp } from "../support/recordingApp.ts";
import { recordingContext } from "../support/recordingContext.ts";

const enqueuedTimeUtc = "2026-11-23T12:00:00.123Z";
const reading = {
  schema: 1,
  metric: "orders.reserved",
  key: "short",
  value: 1,
  at: 1_790_000_000_000,
};

function aFunction(aggregate?: AggregateTelemetry) {
  const batches: TelemetryBatch[] = [];
  const app = recordingApp();
  registerAggregateTelemetry(app, {
    aggregateTelemetry: async (batch) => {
      batches.push(batch);
      return aggregate?.(batch) ?? { added: 1, parked: 2, repeated: 3 };
    },
  });
  const options = app.hubs.get("aggregateTelemetry");
  const deliver = async (...bodies: (string | Uint8Array)[]) => {
    const { context, lines } = recordingContext({
      partitionContext: { partitionId: "2", consumerGroup: "aggregate" },
      systemPropertiesArray: bodies.map((_, index) => ({
        sequenceNumber: 40 + index,
        enqueuedTimeUtc,
      })),
    });
    await options?.handler(
      bodies.map((body) => Buffer.from(body as string)),
      context,
    );
    return lines;
  };
  return { batches, options, deliver };
}

it("listens to the hub in batches of raw bytes and never gives a batch up", () => {
  expect(aFunction().options).toMatchObject({
    connection: "EVENT_HUBS",
    eventHubName: "%TELEMETRY_HUB%",
    consumerGroup: "aggregate",
    cardinality: "many",
    dataType: "binary",
    retry: { strategy: "exponentialBackoff", maxRetryCount: -1 },
  });
});

it("hands over each event with its place in the partition", async () => {
  const { batches, deliver } = aFunction();

  const lines = await deliver(
    JSON.stringify(reading),
    JSON.stringify({ ...reading, value: "1249.5000" }),
  );

  const enqueuedAt = Date.parse(enqueuedTimeUtc);
  expect(batches).toEqual([
    {
      partition: "2",
      events: [
        { kind: "event", sequenceNumber: 40, enqueuedAt, event: { ...reading, value: "1" } },
        {
          kind: "event",
          sequenceNumber: 41,
          enqueuedAt,
          event: { ...reading, value: "1249.5000" },
        },
      ],
    },
  ]);
  expect(lines).toContainEqual({
    level: "information",
    event: "telemetry aggregated",
    details: { partition: "2", added: 1, parked: 2, repeated: 3 },
  });
});

it("keeps the digits of a number that a double would lose", async () => {
  const { batches, deliver } = aFunction();

  await deliver(JSON.stringify(reading).replace('"value":1', '"value":9007199254740993.10'));

  expect(batches[0]?.events[0]).toMatchObject({ event: { value: "9007199254740993.10" } });
});

describe("an event that nobody can read is handed over to be parked", () => {
  it.each([
    ["malformed-json", "{oops"],
    ["malformed-json", ""],
    ["too-deep", "[".repeat(5_000)],
    ["too-large", `"${"x".repeat(20_000)}"`],
    ["invalid-utf8", Buffer.from([0x22, 0xff, 0x22])],
    ["invalid", "123"],
    ["invalid", JSON.stringify({ ...reading, value: "1e400" })],
    ["invalid", JSON.stringify({ ...reading, key: "\ud800" })],
  ])("with reason %s", async (reason, body) => {
    const { batches, deliver } = aFunction();

    await deliver(body, JSON.stringify(reading));

    expect(batches[0]?.events).toMatchObject([
      { kind: "unreadable", sequenceNumber: 40, reason },
      { kind: "event", sequenceNumber: 41 },
    ]);
  });

  it("with the start of its body, made fit for a table", async () => {
    const { batches, deliver } = aFunction();

    await deliver(`\u0000${"x".repeat(10_000)}`);

    const [event] = batches[0]?.events ?? [];
    expect(event).toHaveProperty("body", `\ufffd${"x".repeat(3_999)}`);
  });
});

it("fails when the batch could not be made durable, so that the host tries again", async () => {
  const { deliver } = aFunction(() => Promise.reject(new Error("the table is down")));

  await expect(deliver(JSON.stringify(reading))).rejects.toThrow("the table is down");
});
