import type { Connection } from "rhea";
import rhea from "rhea";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { splitSections } from "../../../local/amqp/codec/sections.ts";
import { rawClient, receiveRaw, sendRaw } from "../amqp/rawClient.ts";
import { useQueue } from "./useQueue.ts";

const { types, message } = rhea;

/** One value of each AMQP type that a decoding broker would blur. */
const typed = {
  ubyte: types.wrap_ubyte(7),
  ushort: types.wrap_ushort(7),
  uint: types.wrap_uint(7),
  ulong: types.wrap_ulong(7),
  byte: types.wrap_byte(-7),
  short: types.wrap_short(7),
  int: types.wrap_int(7),
  long: types.wrap_long(7),
  float: types.wrap_float(2),
  double: types.wrap_double(2),
  char: types.wrap_char(65),
  timestamp: types.wrap_timestamp(1_700_000_000_000),
  uuid: types.wrap_uuid(Buffer.alloc(16, 3)),
  binary: types.wrap_binary(Buffer.from([0, 255])),
  symbol: types.wrap_symbol("s"),
  text: types.wrap_string("x".repeat(300)),
  nothing: types.wrap(null),
  timespan: types.wrap_described(types.wrap_long(600_000_000), "com.microsoft:timespan"),
};

describe("values of every AMQP type", () => {
  const { connectionString } = useQueue();
  let connection: Connection;
  beforeEach(async () => {
    connection = await rawClient(connectionString());
  });
  afterEach(() => connection.close());

  it.each<[string, object]>([
    ["application properties", { application_properties: typed }],
    ["the body, as a value", { body: types.wrap_map(typed) }],
    ["the body, as a sequence", { body: message.sequence_section(Object.values(typed)) }],
    [
      "the body, as data sections",
      { body: message.data_sections([Buffer.from([1]), Buffer.alloc(0)]) },
    ],
    ["a message id that is a ulong", { message_id: types.wrap_ulong(7) }],
    [
      "a message id and correlation id that are uuids",
      {
        message_id: types.wrap_uuid(Buffer.alloc(16, 1)),
        correlation_id: types.wrap_uuid(Buffer.alloc(16, 2)),
      },
    ],
    ["the footer", { footer: { "x-crc": types.wrap_int(5) } }],
  ])("come out of a queue byte for byte in %s", async (_where, content) => {
    const sent = message.encode({ message_id: "m-1", body: "b", ...content });

    await sendRaw(connection, "conformance", sent);
    const received = await receiveRaw(connection, "conformance");

    expect(splitSections(received).bare.toString("hex")).toBe(
      splitSections(sent).bare.toString("hex"),
    );
  });

  it("come out of a queue byte for byte in the sender's own annotations", async () => {
    const sent = message.encode({
      message_id: "m-1",
      body: "b",
      message_annotations: typed,
    });

    await sendRaw(connection, "conformance", sent);
    const received = splitSections(await receiveRaw(connection, "conformance"));

    const items = splitSections(sent).messageAnnotations?.subarray(9).toString("hex");
    expect(items?.length).toBeGreaterThan(300);
    expect(received.messageAnnotations?.toString("hex")).toContain(items);
  });

  it.each([
    ["x-opt-sequence-number", 0x81],
    ["x-opt-enqueued-time", 0x83],
    ["x-opt-locked-until", 0x83],
    ["x-opt-enqueue-sequence-number", 0x81],
    ["x-opt-message-state", 0x71],
  ])("are the service's own in its annotation %s", async (name, code) => {
    await sendRaw(connection, "conformance", message.encode({ body: "b" }));

    const { messageAnnotations } = splitSections(await receiveRaw(connection, "conformance"));

    const key = Buffer.concat([Buffer.from([0xa3, name.length]), Buffer.from(name)]);
    const at = messageAnnotations?.indexOf(key) ?? -1;
    expect(at).toBeGreaterThan(0);
    expect(messageAnnotations?.[at + key.length]).toBe(code);
  });
});
