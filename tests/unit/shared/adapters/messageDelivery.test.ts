import { describe, expect, it } from "vitest";
import {
  asAttempt,
  copyOf,
  deliveryOf,
  metadataOf,
} from "../../../../shared/adapters/messageDelivery.ts";

const NOW = 1_731_924_800_000;
const body = new TextEncoder().encode('{"amount":1249.5000}');

const deliveryFrom = (triggerMetadata: unknown) => deliveryOf(metadataOf(triggerMetadata), NOW);

describe("the place of a message in its lineage", () => {
  it("is the root, under its sender's id, for a message of somebody else's", () => {
    const metadata = { messageId: "4b3d", applicationProperties: { tenantId: "t" } };

    expect(deliveryFrom(metadata)).toEqual({
      id: "4b3d",
      attempt: 1,
      hop: 0,
      firstSeenAt: NOW,
      history: [],
    });
  });

  it("is what the property of our copy says, whatever a body field has made of the metadata", () => {
    const lineage = { id: "order~3", attempt: 2, hop: 3, firstSeenAt: NOW - 5_000, history: [] };
    const metadata = {
      messageId: "overwritten",
      applicationProperties: { lineage: JSON.stringify(lineage) },
    };

    expect(deliveryFrom(metadata)).toEqual(lineage);
  });

  it("is not what a sender's own properties say, whatever their names", () => {
    const mine = { id: "42", attempt: 99, hop: 7, firstSeenAt: 1, history: "[]" };

    for (const lineage of [undefined, "mine", "{}", 7, JSON.stringify(mine).replace("42", "")]) {
      const metadata = { messageId: "4b3d", applicationProperties: { ...mine, lineage } };

      expect(deliveryFrom(metadata)).toMatchObject({ id: "4b3d", attempt: 1, hop: 0 });
    }
  });

  it("is another one for each message whose id the host made a number of, or that has none", () => {
    const enqueuedTimeUtc = "2024-11-18T10:12:05.000Z";
    const messageId = Number("123456789012345678901");

    expect(deliveryFrom({ messageId, sequenceNumber: 77, enqueuedTimeUtc }).id).toBe(
      `message-77-${enqueuedTimeUtc}`,
    );
    expect(deliveryFrom({ sequenceNumber: 77 }).id).toBe("message-77");
    expect(deliveryFrom({ lockToken: "a1" }).id).toBe("message-a1");
  });

  it.each([undefined, null, "text", { applicationProperties: "none" }])(
    "survives metadata of any shape: %j",
    (metadata) => {
      expect(deliveryFrom(metadata)).toMatchObject({ attempt: 1, hop: 0 });
    },
  );
});

describe("a copy", () => {
  const metadata = metadataOf({
    messageId: "4b3d",
    contentType: "application/json",
    correlationId: "c-1",
    applicationProperties: { tenantId: "t", attempt: 1, organization: null },
  });
  const next = {
    id: "4b3d~1",
    attempt: 2,
    hop: 1,
    firstSeenAt: NOW,
    history: [{ attempt: 1, at: NOW, code: "warehouse" }],
  };

  it("keeps bytes, content type and properties, and says where it stands", () => {
    expect(copyOf(body, metadata, next)).toEqual({
      body,
      messageId: "4b3d~1",
      contentType: "application/json",
      correlationId: "c-1",
      subject: undefined,
      replyTo: undefined,
      applicationProperties: {
        tenantId: "t",
        attempt: 1,
        lineage: JSON.stringify(next),
      },
    });
  });

  it("is read back as it was meant", () => {
    const { applicationProperties } = copyOf(body, metadata, next);

    expect(deliveryFrom({ messageId: "overwritten", applicationProperties })).toEqual(next);
  });

  it("leaves out what lost its digits on the way, which the bus might refuse", () => {
    const lossy = metadataOf({
      messageId: "4b3d",
      correlationId: Number("123456789012345678901"),
      replyTo: "answers",
      applicationProperties: { weight: 1.5, depth: 2, tooLarge: 1e300 },
    });

    const copy = copyOf(body, lossy, next);

    expect(copy).toMatchObject({ correlationId: undefined, replyTo: "answers" });
    expect(copy.applicationProperties).toEqual({
      weight: 1.5,
      depth: 2,
      lineage: JSON.stringify(next),
    });
  });

  it("may become another attempt", () => {
    const { applicationProperties } = asAttempt(copyOf(body, metadata, next), 10);

    expect(deliveryFrom({ applicationProperties })).toEqual({ ...next, attempt: 10 });
  });
});
