import { BlobServiceClient } from "@azure/storage-blob";
import { describe, expect, it } from "vitest";
import { createDeadBodies } from "../../../shared/adapters/deadBodies.ts";
import { createOutboxTable } from "../../../shared/adapters/outboxTable.ts";
import { createSubmissionTable } from "../../../shared/adapters/submissionTable.ts";
import { createTable } from "../../../shared/adapters/tables.ts";
import type { OutgoingMessage } from "../../../shared/patterns/timedSend.ts";
import { useAzurite } from "../../support/useAzurite.ts";

const azurite = useAzurite();
let tables = 0;

/** A table that does not exist yet. */
const aTable = () => createTable(azurite.connection, `intake${++tables}`);

const message = (messageId: string): OutgoingMessage => ({
  destination: "orders",
  messageId,
  body: { messageId, modifiedOn: 1_731_924_725_000, amount: "1249.5000" },
  applicationProperties: { kind: "test", urgent: true, hop: 1 },
});

describe("outbox table", () => {
  it("gives back what it kept, oldest first, page by page", async () => {
    const outbox = createOutboxTable(aTable());
    await outbox.keep([message("late")], 1_731_924_725_001);
    await outbox.keep([message("early")], 999);
    await outbox.keep([message("middle")], 1_731_924_725_000);

    const page = await outbox.oldest(2);

    expect(page.map((row) => row.message)).toEqual([message("early"), message("middle")]);
  });

  it("is empty before anything was ever kept", async () => {
    await expect(createOutboxTable(aTable()).oldest(10)).resolves.toEqual([]);
  });

  it("keeps more messages than one transaction holds, each once however often it is asked", async () => {
    const outbox = createOutboxTable(aTable());
    const messages = Array.from({ length: 230 }, (_, index) => message(`m${index}`));

    await outbox.keep([...messages, message("m0")], 1_000);
    await outbox.keep(messages.slice(0, 5), 1_000);

    const rows = await outbox.oldest(1_000);
    expect(
      new Set(rows.map(({ message: kept }) => "messageId" in kept && kept.messageId)).size,
    ).toBe(230);
    expect(rows).toHaveLength(230);
  });

  it("goes on after a row, and gives back one that nobody can read as an error", async () => {
    const table = aTable();
    const outbox = createOutboxTable(table);
    await outbox.keep([message("a")], 1_000);
    await table.call((client) =>
      client.createEntity({ partitionKey: "outbox", rowKey: "0", message: "{" }),
    );

    const [first] = await outbox.oldest(1);
    const rest = await outbox.oldest(10, first?.rowId);

    expect(first?.message).toBeInstanceOf(Error);
    expect(rest.map((row) => row.message)).toEqual([message("a")]);
  });

  it("removes a row once, and minds no second time", async () => {
    const outbox = createOutboxTable(aTable());
    await outbox.keep([message("a"), message("b")], 1_000);
    const [first] = await outbox.oldest(1);

    await outbox.remove(first?.rowId ?? "");
    await outbox.remove(first?.rowId ?? "");

    expect(await outbox.oldest(10)).toHaveLength(1);
  });
});

describe("submission table", () => {
  it("answers each later request with what the first one left", async () => {
    const store = createSubmissionTable(aTable());

    const first = await store.keepFirst("name", {
      orderId: "order",
      payloadHash: "one",
      acceptedAt: 1_731_924_725_000,
    });
    const second = await store.keepFirst("name", {
      orderId: "other",
      payloadHash: "two",
      acceptedAt: 2,
    });

    expect(second).toEqual(first);
    expect(first).toEqual({ orderId: "order", payloadHash: "one", acceptedAt: 1_731_924_725_000 });
  });

  it("lets exactly one of many at once be first", async () => {
    const store = createSubmissionTable(aTable());
    await store.lastAccepted("warm-up"); // the table exists from here on

    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        store.keepFirst("name", {
          orderId: "order",
          payloadHash: `hash ${index}`,
          acceptedAt: index,
        }),
      ),
    );

    expect(new Set(answers.map(({ payloadHash }) => payloadHash)).size).toBe(1);
  });

  it("points from an order to its latest acceptance, whatever is noted last", async () => {
    const store = createSubmissionTable(aTable());
    expect(await store.lastAccepted("order")).toBeUndefined();
    const earlier = { correlationId: "k1", acceptedAt: 1_731_924_725_000 };
    const later = { correlationId: "k2", acceptedAt: 1_731_924_725_001 };

    await store.noteAccepted("order", earlier);
    await store.noteAccepted("order", later);
    await store.noteAccepted("order", earlier);

    expect(await store.lastAccepted("order")).toEqual(later);
  });
});

describe("dead bodies", () => {
  const read = async (name: string) =>
    BlobServiceClient.fromConnectionString(azurite.connectionString)
      .getContainerClient("dead-bodies")
      .getBlobClient(name)
      .downloadToBuffer();

  it("are kept byte for byte, in a container made when the first one comes", async () => {
    const bytes = new Uint8Array([0xef, 0xbb, 0xbf, 0x00, 0xff]);

    const name = await createDeadBodies(azurite.connection)(bytes, "invalid-utf8");

    expect([...(await read(name))]).toEqual([...bytes]);
  });

  it("are one blob, however often the same body comes, and another for another body", async () => {
    const keepBody = createDeadBodies(azurite.connection);

    const [one, again, other] = await Promise.all([
      keepBody(Buffer.from("{"), "malformed-json"),
      keepBody(Buffer.from("{"), "malformed-json"),
      keepBody(Buffer.from(""), "malformed-json"),
    ]);

    expect(again).toBe(one);
    expect(other).not.toBe(one);
    expect(await read(other)).toHaveLength(0);
  });
});
