import type { Connection } from "rhea";
import rhea from "rhea";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BATCH_FORMAT } from "../../../local/amqp/codec/batch.ts";
import { splitSections } from "../../../local/amqp/codec/sections.ts";
import { rawClient, receiveRaw, sendRaw } from "../amqp/rawClient.ts";
import { typed, typedParts } from "../amqp/typedValues.ts";
import { elsewhere, hubName, useEventHub } from "./useEventHub.ts";

const { types, message } = rhea;
const partition = "1";

describe.skipIf(elsewhere)("values of every AMQP type", () => {
  const { connectionString, ends } = useEventHub();
  let connection: Connection;
  beforeEach(async () => {
    connection = await rawClient(connectionString());
  });
  afterEach(() => connection.close());

  /** What a reader gets of what is sent. */
  const exchange = async (payload: Buffer, format = 0) => {
    const last = (await ends())[partition]?.sequenceNumber;
    const selector = types.wrap_described(
      `amqp.annotation.x-opt-sequence-number > '${last}'`,
      0x468c_0000_0004,
    );
    await sendRaw(connection, `${hubName}/Partitions/${partition}`, payload, format);
    return splitSections(
      await receiveRaw(connection, `${hubName}/ConsumerGroups/$Default/Partitions/${partition}`, {
        "apache.org:selector-filter:string": selector,
      }),
    );
  };

  it.each(typedParts)("come out of a hub byte for byte in %s", async (_part, content) => {
    const sent = message.encode({ message_id: "m-1", body: "b", ...content });

    const { bare } = await exchange(sent);

    expect(bare.toString("hex")).toBe(splitSections(sent).bare.toString("hex"));
  });

  it("come out of a hub byte for byte in each event of a batch", async () => {
    const sent = message.encode({ application_properties: typed, body: types.wrap_map(typed) });

    const { bare } = await exchange(
      message.encode({ body: message.data_sections([sent, sent]) }),
      BATCH_FORMAT,
    );

    expect(bare.toString("hex")).toBe(splitSections(sent).bare.toString("hex"));
  });

  it("come out of a hub byte for byte in the sender's own annotations", async () => {
    const sent = message.encode({ body: "b", message_annotations: typed });

    const { messageAnnotations } = await exchange(sent);

    const items = splitSections(sent).messageAnnotations?.subarray(9).toString("hex");
    expect(items?.length).toBeGreaterThan(300);
    expect(messageAnnotations?.toString("hex")).toContain(items);
  });

  it.each([
    ["x-opt-sequence-number", 0x81],
    ["x-opt-enqueued-time", 0x83],
    ["x-opt-offset", 0xa1],
  ])("are the service's own in its annotation %s", async (name, code) => {
    const { messageAnnotations } = await exchange(message.encode({ body: "b" }));

    const key = Buffer.concat([Buffer.from([0xa3, name.length]), Buffer.from(name)]);
    const at = messageAnnotations?.indexOf(key) ?? -1;
    expect(at).toBeGreaterThan(0);
    expect(messageAnnotations?.[at + key.length]).toBe(code);
  });
});
