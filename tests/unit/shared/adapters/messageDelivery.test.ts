import { describe, expect, it } from "vitest";
import { copyOf, deliveryOf, metadataOf } from "../../../../shared/adapters/messageDelivery.ts";

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

  it("is what the properties of our copy say, whatever a body field has made of the metadata", () => {
    const metadata = {
      messageId: "overwritten",
      applicationProperties: { id: "order~3", attempt: 2, hop: 3, firstSeenAt: NOW - 5_000 },
    };

    expect(deliveryFrom(metadata)).toMatchObject({
      id: "order~3",
      attempt: 2,
      hop: 3,
      firstSeenAt: NOW - 5_000,
    });
  });

  it("has a text id even where the host made a number of it, and one where there is none", () => {
    expect(deliveryFrom({ messageId: 12345 }).id).toBe("12345");
    expect(deliveryFrom({ sequenceNumber: 77 }).id).toBe("message-77");
  });

  it.each([undefined, null, "text", { applicationProperties: "none" }])(
    "survives metadata of any shape: %j",
    (metadata) => {
      expect(deliveryFrom(metadata)).toMatchObject({ attempt: 1, hop: 0 });
    },
  );

  it.each(["x", "-1", "1.5", -3, {}])("takes no count from %j", (count) => {
    const properties = { attempt: count, hop: count, firstSeenAt: count, history: count };

    expect(deliveryFrom({ applicationProperties: properties })).toMatchObject({
      attempt: 1,
      hop: 0,
      firstSeenAt: NOW,
      history: [],
    });
  });
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
      applicationProperties: {
        tenantId: "t",
        attempt: 2,
        hop: 1,
        firstSeenAt: NOW,
        history: JSON.stringify(next.history),
      },
    });
  });

  it("is read back as it was meant", () => {
    const { messageId, applicationProperties } = copyOf(body, metadata, next);

    const properties = { ...applicationProperties, id: messageId };
    expect(deliveryFrom({ applicationProperties: properties })).toEqual(next);
  });
});
