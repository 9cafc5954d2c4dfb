import { expect, test } from "vitest";
import {
  toEventBatchMetadata,
  toEventMetadata,
} from "../../../../../local/host/converters/toEventMetadata.ts";

const partition = {
  fullyQualifiedNamespace: "127.0.0.1",
  eventHubName: "telemetry",
  consumerGroup: "$Default",
  partitionId: "3",
};
const enqueuedTimeUtc = new Date("2026-11-23T10:00:00.000Z");
const event = { offset: "4096", sequenceNumber: 17, enqueuedTimeUtc, properties: { a: 1 } };

test("one event: an offset is left open to be parsed, an absent key is left out", () => {
  const metadata = toEventMetadata(event, partition);

  expect(metadata).toMatchObject({
    Offset: { string: "4096" },
    SequenceNumber: { json: "17" },
    EnqueuedTimeUtc: { json: '"2026-11-23T10:00:00.000Z"' },
    Properties: { json: '{"a":1}' },
  });
  expect(metadata).not.toHaveProperty("PartitionKey");
  expect(JSON.parse(metadata["PartitionContext"]?.json ?? "")).toMatchObject({
    EventHubName: "telemetry",
    PartitionId: "3",
  });
});

test("a batch: partition keys lose the empty ones, system properties stay in step", () => {
  const metadata = toEventBatchMetadata(
    [event, { ...event, partitionKey: "k", sequenceNumber: 18 }],
    partition,
  );

  expect(metadata["PartitionKeyArray"]).toEqual({ json: '["k"]' });
  expect(metadata["SequenceNumberArray"]).toEqual({ collectionSint64: { sint64: [17, 18] } });
  expect(metadata["OffsetArray"]).toEqual({ collectionString: { string: ["4096", "4096"] } });
  expect(JSON.parse(metadata["SystemPropertiesArray"]?.json ?? "")).toMatchObject([
    { SequenceNumber: 17, PartitionKey: null },
    { SequenceNumber: 18, PartitionKey: "k" },
  ]);
});
