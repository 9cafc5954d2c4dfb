import rhea from "rhea";
import { describe, expect, it } from "vitest";
import { itemsOf } from "../../../../local/amqp/codec/compound.ts";
import { readText } from "../../../../local/amqp/codec/scalar.ts";
import { splitSections } from "../../../../local/amqp/codec/sections.ts";
import { encodeMessage } from "../../../../local/serviceBus/encodeMessage.ts";
import type { QueuedMessage } from "../../../../local/serviceBus/message.ts";
import { withProperties } from "../../../../local/serviceBus/settlement.ts";
import { readSubmission, type StoredMessage } from "../../../../local/serviceBus/storedMessage.ts";

const { types, message: rheaMessage } = rhea;

/** Application properties of types that a lossy decode would turn into uint or binary. */
const typedProperties = {
  long: types.wrap_long(7),
  int: types.wrap_int(7),
  double: types.wrap_double(2),
  uuid: types.wrap_uuid(Buffer.alloc(16, 1)),
  symbol: types.wrap_symbol("s"),
  timespan: types.wrap_described(types.wrap_long(600_000_000), "com.microsoft:timespan"),
};

const encoded = (message: object): Buffer => rheaMessage.encode(message);
const read = (buffer: Buffer) => readSubmission(buffer, () => "given");

const queued = (content: StoredMessage): QueuedMessage<StoredMessage> => ({
  sequenceNumber: 2 ** 40,
  enqueuedAt: 1_700_000_000_123,
  expiresAt: 1_700_000_060_123,
  content,
  deliveryCount: 3,
  state: { name: "active" },
});

describe("reading a message", () => {
  it("finds id, schedule and time to live", () => {
    const submission = read(
      encoded({
        message_id: "m-1",
        ttl: 5_000,
        message_annotations: { "x-opt-scheduled-enqueue-time": types.wrap_timestamp(1_234) },
        body: "x",
      }),
    );

    expect(submission).toMatchObject({ messageId: "m-1", timeToLiveMs: 5_000, scheduledAt: 1_234 });
  });

  it("gives an id to a message without one and changes nothing else", () => {
    const original = encoded({ subject: "s", application_properties: typedProperties, body: "x" });

    const { content, messageId } = read(original);

    expect(messageId).toBe("given");
    const [before, after] = [splitSections(original), splitSections(content.bare)];
    expect(after.applicationProperties).toEqual(before.applicationProperties);
    expect(after.body).toEqual(before.body);
    expect(rheaMessage.decode(content.bare)).toMatchObject({ message_id: "given", subject: "s" });
  });

  it.each([
    ["another's text", "id"],
    ["a number", 5],
    ["a uuid", Buffer.alloc(16, 7)],
  ])("tells ids of different types apart: %s", (_what, message_id) => {
    const ids = ["5", "07".repeat(16)].map(
      (text) => read(encoded({ message_id: text, body: 1 })).messageId,
    );

    expect(ids).not.toContain(read(encoded({ message_id, body: 1 })).messageId);
  });

  it("copies, so that nothing keeps the socket's chunk alive", () => {
    const chunk = Buffer.concat([Buffer.alloc(65_536), encoded({ message_id: "m", body: "x" })]);

    const { content } = read(chunk.subarray(65_536));

    expect(content.bare.buffer).not.toBe(chunk.buffer);
  });

  it.each([
    ["nothing but a section's start", Buffer.from([0x00, 0x53])],
    ["text", Buffer.from("GET / HTTP/1.1\r\n")],
    ["a length beyond the end", Buffer.from([0x00, 0x53, 0x75, 0xb0, 0xff, 0xff, 0xff, 0xff])],
    ["descriptors without end", Buffer.alloc(200_000)],
    ["application properties that are no map", Buffer.from("005374a10161005377a10178", "hex")],
    ["application properties that are null", Buffer.from("00537440005377a10178", "hex")],
    ["a property without a value", Buffer.from("005374c10401a10161005377a10178", "hex")],
    ["properties that are a map", Buffer.from("005373c10100005377a10178", "hex")],
    ["annotations that count more than they hold", Buffer.from("005372c1020240005377a1", "hex")],
    ["a priority above 255", Buffer.from("005370c0080240700000012c005377a10178", "hex")],
    ["a time to live that is text", Buffer.from("005370c006034040a10178005377a10178", "hex")],
    ["sections out of order", Buffer.from("005377a10178005374c10100", "hex")],
    ["a section twice", Buffer.from("005374c10100005374c10100005377a10178", "hex")],
  ])("refuses %s", (_what, bytes) => {
    expect(() => read(bytes)).toThrow(
      expect.objectContaining({ condition: "amqp:decode-error" }) as Error,
    );
  });
});

describe("writing a message", () => {
  it("puts annotations and header of its own before the bare message", () => {
    const original = encoded({
      message_id: "m-1",
      durable: true,
      priority: 7,
      message_annotations: { "x-opt-partition-key": "k", "x-opt-sequence-number": 99 },
      application_properties: typedProperties,
      body: { deep: [1, 2] },
    });

    const delivered = encodeMessage(queued(read(original).content), {
      lockedUntil: 1_700_000_030_123,
    });

    expect(splitSections(delivered).bare).toEqual(splitSections(original).bare);
    expect(rheaMessage.decode(delivered)).toMatchObject({
      durable: true,
      priority: 7,
      ttl: 60_000,
      delivery_count: 3,
      message_annotations: {
        "x-opt-sequence-number": 2 ** 40,
        "x-opt-enqueued-time": new Date(1_700_000_000_123),
        "x-opt-message-state": 0,
        "x-opt-locked-until": new Date(1_700_000_030_123),
        "x-opt-partition-key": "k",
      },
    });
  });

  it("writes the highest priority there is for a higher one, as an older file may hold it", () => {
    const { content } = read(encoded({ body: 1 }));

    const delivered = encodeMessage(queued({ ...content, priority: 300 }));

    expect(rheaMessage.decode(delivered)).toMatchObject({ priority: 255 });
  });

  it("writes the types that clients cast to", () => {
    const delivered = encodeMessage(queued(read(encoded({ message_id: "m", body: 1 })).content));

    const { messageAnnotations } = splitSections(delivered);
    const items = itemsOf(messageAnnotations ?? Buffer.alloc(0));
    const codes = Object.fromEntries(
      items.flatMap((key, index) => (index % 2 ? [] : [[readText(key), items[index + 1]?.[0]]])),
    );
    expect(codes).toEqual({
      "x-opt-sequence-number": 0x81,
      "x-opt-enqueued-time": 0x83,
      "x-opt-enqueue-sequence-number": 0x81,
      "x-opt-message-state": 0x71,
    });
  });

  it("carries the lock token where Python looks for it", () => {
    const lockToken = Buffer.alloc(16, 9);

    const delivered = encodeMessage(queued(read(encoded({ message_id: "m", body: 1 })).content), {
      lockedUntil: 1,
      lockToken,
    });

    expect(rheaMessage.decode(delivered)).toMatchObject({
      delivery_annotations: { "x-opt-lock-token": lockToken },
    });
  });
});

describe("changing application properties", () => {
  it("keeps the types of the old ones and of the new ones", () => {
    const { content } = read(
      encoded({ message_id: "m", application_properties: typedProperties, body: "x" }),
    );

    const changed = withProperties(content, [
      ["int", types.wrap_long(8)],
      ["added", types.wrap_double(3)],
    ]);

    const original = encoded({
      message_id: "m",
      application_properties: {
        ...typedProperties,
        int: types.wrap_long(8),
        added: types.wrap_double(3),
      },
      body: "x",
    });
    expect(splitSections(changed.bare).applicationProperties).toEqual(
      splitSections(original).applicationProperties,
    );
    expect(splitSections(changed.bare).body).toEqual(splitSections(original).body);
  });

  it("puts a sound section in the place of one that is no map, as an older file may hold it", () => {
    const bare = Buffer.from("005374a10161005377a10178", "hex");

    const changed = withProperties({ ...read(encoded({ body: "x" })).content, bare }, [
      ["added", types.wrap_string("y")],
    ]);

    expect(rheaMessage.decode(changed.bare)).toMatchObject({
      application_properties: { added: "y" },
      body: "x",
    });
  });

  it("adds the section where there was none", () => {
    const { content } = read(encoded({ message_id: "m", body: "x" }));

    const changed = withProperties(content, [["added", types.wrap_string("y")]]);

    expect(rheaMessage.decode(changed.bare)).toMatchObject({
      message_id: "m",
      application_properties: { added: "y" },
      body: "x",
    });
  });
});
