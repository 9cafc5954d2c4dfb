import { expect, test } from "vitest";
import { toQueueMetadata } from "../../../../../local/host/converters/toQueueMetadata.ts";

test("has the storage extension's names, instants with their offset, and digits as JSON", () => {
  const at = new Date("2026-11-23T10:00:00.000Z");
  const message = {
    messageId: "7f9c24e5-0000-0000-0000-000000000001",
    popReceipt: "AgAAAA==",
    messageText: "",
    dequeueCount: 2,
    insertedOn: at,
    expiresOn: at,
    nextVisibleOn: at,
  };

  expect(toQueueMetadata(message, "123")).toEqual({
    QueueTrigger: { string: "123" },
    DequeueCount: { json: "2" },
    ExpirationTime: { json: '"2026-11-23T10:00:00.000+00:00"' },
    Id: { json: '"7f9c24e5-0000-0000-0000-000000000001"' },
    InsertionTime: { json: '"2026-11-23T10:00:00.000+00:00"' },
    NextVisibleTime: { json: '"2026-11-23T10:00:00.000+00:00"' },
    PopReceipt: { json: '"AgAAAA=="' },
  });
});
