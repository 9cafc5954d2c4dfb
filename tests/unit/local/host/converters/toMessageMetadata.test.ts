import { describe, expect, test } from "vitest";
import {
  type Message,
  toMessageBatchMetadata,
  toMessageMetadata,
} from "../../../../../local/host/converters/toMessageMetadata.ts";

const enqueued = new Date("2026-11-23T10:00:00.500Z");
const message: Message = {
  deliveryCount: 0,
  lockToken: "a3c1f6d2-0000-4000-8000-000000000001",
  enqueuedTimeUtc: enqueued,
  expiresAtUtc: new Date("2026-11-24T10:00:00.500Z"),
  messageId: "m-1",
  sequenceNumber: { toString: () => "42" },
  subject: "greeting",
  applicationProperties: { TenantId: 7, when: enqueued },
};

describe("one message", () => {
  test("has the extension's names, and not what the message has not", () => {
    expect(toMessageMetadata(message)).toEqual({
      DeliveryCount: { json: "1" },
      LockToken: { json: '"a3c1f6d2-0000-4000-8000-000000000001"' },
      ExpiresAtUtc: { json: '"2026-11-24T10:00:00.500Z"' },
      ExpiresAt: { json: '"2026-11-24T10:00:00.500+00:00"' },
      EnqueuedTimeUtc: { json: '"2026-11-23T10:00:00.500Z"' },
      EnqueuedTime: { json: '"2026-11-23T10:00:00.500+00:00"' },
      MessageId: { json: '"m-1"' },
      SequenceNumber: { json: "42" },
      Subject: { json: '"greeting"' },
      Label: { json: '"greeting"' },
      ApplicationProperties: { json: '{"TenantId":7,"when":"2026-11-23T10:00:00.500Z"}' },
      UserProperties: { json: '{"TenantId":7,"when":"2026-11-23T10:00:00.500Z"}' },
    });
  });

  test("counts this delivery too", () => {
    expect(toMessageMetadata({ deliveryCount: 4 })["DeliveryCount"]).toEqual({ json: "5" });
  });

  test("without a time to live expires at .NET's last instant", () => {
    expect(toMessageMetadata({})["ExpiresAtUtc"]).toEqual({
      json: '"9999-12-31T23:59:59.9999999Z"',
    });
  });

  test("keeps an id of digits open to be parsed", () => {
    expect(toMessageMetadata({ messageId: "123" })["MessageId"]).toEqual({ string: "123" });
  });
});

describe("a batch", () => {
  test("arrays of texts drop what a message has not, the others stay in step", () => {
    const metadata = toMessageBatchMetadata([
      { correlationId: "c-1", deliveryCount: 0 },
      { deliveryCount: 2 },
      { correlationId: "c-3", applicationProperties: { a: 1 } },
    ]);

    expect(metadata["CorrelationIdArray"]).toEqual({ json: '["c-1","c-3"]' });
    expect(metadata["DeliveryCountArray"]).toEqual({ json: "[1,3,1]" });
    expect(metadata["ApplicationPropertiesArray"]).toEqual({ json: '[{},{},{"a":1}]' });
  });
});
