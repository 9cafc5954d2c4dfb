import rhea from "rhea";
import { describe, expect, it } from "vitest";
import { BATCH_FORMAT } from "../../../../local/amqp/codec/batch.ts";
import { itemsOf } from "../../../../local/amqp/codec/compound.ts";
import { splitSections } from "../../../../local/amqp/codec/sections.ts";
import { withRuntimeMetric } from "../../../../local/eventHubs/runtimeMetric.ts";
import { readEvents } from "../../../../local/eventHubs/storedEvent.ts";

const { encode, decode, data_section, data_sections } = rhea.message;
const { types } = rhea;

/** Format codes, AMQP 1.0 §1.6. */
const [symbol, long, timestamp, string] = ["\xa3", "\x81", "\x83", "\xa1"];
const position = { sequenceNumber: 5_000_000_000, offset: 42, enqueuedTimeMs: 1_700_000_000_123 };

/** What a reader gets for the only event of a transfer. */
function stored(payload: Buffer, format = 0) {
  const [event] = readEvents(payload, format).events;
  if (!event) throw new Error("the transfer holds no event");
  return event.at(position);
}

describe("readEvents", () => {
  it("annotates an event with its position in the types that clients cast to", () => {
    const { message } = stored(encode({ body: data_section(Buffer.from("x")) }));

    const items = itemsOf(splitSections(message).messageAnnotations ?? Buffer.alloc(0));
    expect(items.map((item) => item.toString("latin1"))).toEqual([
      `${symbol}\x15x-opt-sequence-number`,
      `${long}\x00\x00\x00\x01\x2a\x05\xf2\x00`,
      `${symbol}\x13x-opt-enqueued-time`,
      `${timestamp}\x00\x00\x01\x8b\xcf\xe5\x68\x7b`,
      `${symbol}\x0cx-opt-offset`,
      `${string}\x0242`,
    ]);
  });

  it("keeps all that the sender wrote, byte for byte, behind the annotations", () => {
    const payload = encode({
      durable: true,
      priority: 7,
      message_id: "m",
      application_properties: { long: types.wrap_long(7), double: types.wrap_double(2) },
      body: data_section(Buffer.from("body")),
      footer: { f: 1 },
    });

    const { message, headerBytes } = stored(payload);

    const sent = payload.subarray(headerBytes);
    expect(message.subarray(0, headerBytes)).toEqual(payload.subarray(0, headerBytes));
    expect(message.subarray(-sent.length)).toEqual(sent);
    expect(decode(message)).toMatchObject({ durable: true, priority: 7 });
  });

  it("keeps the sender's annotations but not its claims about position", () => {
    const payload = encode({
      message_annotations: { "x-own": "kept", "x-opt-offset": "9", "x-opt-sequence-number": 9 },
      body: "x",
    });

    const { message_annotations } = decode(stored(payload).message);

    expect(message_annotations).toEqual({
      "x-own": "kept",
      "x-opt-sequence-number": 5_000_000_000,
      "x-opt-enqueued-time": new Date(position.enqueuedTimeMs),
      "x-opt-offset": "42",
    });
  });

  it("gives each event of a batch the partition key of the envelope", () => {
    const inner = encode({ body: data_section(Buffer.from("1")) });
    const envelope = encode({
      message_annotations: { "x-opt-partition-key": "key" },
      body: data_sections([inner, inner]),
    });

    const { events, partitionKey } = readEvents(envelope, BATCH_FORMAT);

    const keys = events.map(
      ({ at }) => decode(at(position).message)["message_annotations"]?.["x-opt-partition-key"],
    );
    expect(partitionKey).toBe("key");
    expect(keys).toEqual(["key", "key"]);
  });

  it("does not share memory with the transfer", () => {
    const payload = encode({ body: data_section(Buffer.from("mine")) });
    const { message } = stored(payload);

    payload.fill(0);

    expect(String((decode(message)["body"] as { content: Buffer }).content)).toBe("mine");
  });

  it.each([
    ["nothing that is AMQP", Buffer.from("hello")],
    ["a message cut short", encode({ body: "a longer text" }).subarray(0, 10)],
  ])("refuses %s", (_, payload) => {
    const reading = () => readEvents(payload, 0);

    expect(reading).toThrow(expect.objectContaining({ condition: "amqp:decode-error" }) as Error);
  });
});

describe("withRuntimeMetric", () => {
  it("tells the newest event between header and message annotations", () => {
    const event = stored(encode({ durable: true, body: "x" }));

    const decoded = decode(
      withRuntimeMetric(event, { sequenceNumber: 7, offset: 70, enqueuedTimeMs: 1_000 }, 2_000),
    );

    expect(decoded).toMatchObject({
      durable: true,
      body: "x",
      delivery_annotations: {
        last_enqueued_sequence_number: 7,
        last_enqueued_offset: "70",
        last_enqueued_time_utc: new Date(1_000),
        runtime_info_retrieval_time_utc: new Date(2_000),
      },
    });
  });
});
