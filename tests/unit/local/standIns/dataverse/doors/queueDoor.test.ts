import { describe, expect, it } from "vitest";
import { createQueueDoor } from "../../../../../../local/standIns/dataverse/doors/queueDoor.ts";
import type { QueueMessage } from "../../../../../../local/standIns/dataverse/doors/queueSender.ts";
import { organizationOf } from "../../../../../../local/standIns/dataverse/organization.ts";
import { fakeClock } from "../../../../../support/fakeClock.ts";

const claims = "http://schemas.microsoft.com/xrm/2011/Claims";
const organization = organizationOf("c0e1b9a4-6c2b-ee11-a66b-000d3a2b1c00");
const posting = { entityName: "salesorder", requestName: "Update", correlationId: "c" };

function door(send: (message: QueueMessage) => Promise<void>) {
  let count = 0;
  return createQueueDoor({
    sender: { send, close: () => Promise.resolve() },
    organization,
    time: fakeClock(5_000),
    newMessageId: () => `id-${++count}`,
  });
}

/** So many bytes of JSON, nearly all of them in a member that can be taken off. */
function eventOf(bytes: number): Buffer {
  const event = (filler: string) => JSON.stringify({ InputParameters: filler, Stage: 40 });
  return Buffer.from(event("x".repeat(bytes - event("").length)));
}

function recording() {
  const sent: QueueMessage[] = [];
  const send = async (message: QueueMessage) => {
    sent.push(message);
  };
  return { sent, door: door(send) };
}

describe("the service endpoint's queue", () => {
  it("sends the raw body as JSON with the claims that name its origin", async () => {
    const { sent, door } = recording();
    const body = Buffer.from("{}");

    const posted = await door.post({ ...posting, body });

    expect(posted).toEqual({
      attempts: [{ at: 5_000, status: "accepted" }],
      outcome: "delivered",
      message: "",
    });
    expect(sent).toEqual([
      {
        body,
        contentType: "application/json",
        messageId: "id-1",
        applicationProperties: {
          [`${claims}/Organization`]: "contoso.crm4.dynamics.com",
          [`${claims}/User`]: organization.userId,
          [`${claims}/InitiatingUser`]: organization.userId,
          [`${claims}/EntityLogicalName`]: "salesorder",
          [`${claims}/RequestName`]: "Update",
        },
      },
    ]);
  });

  it("gives every message an id of its own, also the same event again", async () => {
    const { sent, door } = recording();
    const event = { ...posting, body: Buffer.from("{}") };

    await door.post(event);
    await door.post(event);

    expect(sent.map(({ messageId }) => messageId)).toEqual(["id-1", "id-2"]);
  });

  it("sends an event of exactly 192 KB whole", async () => {
    const { sent, door } = recording();
    const body = eventOf(192 * 1024);

    await door.post({ ...posting, body });

    expect(sent[0]?.body).toEqual(body);
    expect(sent[0]?.applicationProperties).not.toHaveProperty("MessageMaxSizeExceeded");
  });

  it("marks an event that it had to strip", async () => {
    const { sent, door } = recording();

    await door.post({ ...posting, body: eventOf(192 * 1024 + 1) });

    expect(sent[0]?.body.toString()).toBe('{"Stage":40}');
    expect(sent[0]?.applicationProperties).toMatchObject({ MessageMaxSizeExceeded: true });
  });

  it("fails for good when stripping does not help", async () => {
    const { sent, door } = recording();
    const body = Buffer.from(JSON.stringify({ SharedVariables: "x".repeat(192 * 1024) }));

    const { outcome } = await door.post({ ...posting, body });

    expect(outcome).toBe("failed");
    expect(sent).toEqual([]);
  });

  it("is worth another try when the bus fails", async () => {
    const broken = door(() => Promise.reject(new Error("no bus")));

    const posted = await broken.post({ ...posting, body: Buffer.from("{}") });

    expect(posted).toMatchObject({ outcome: "retry-later", message: "no bus" });
  });
});
