import rhea from "rhea";
import { expect, it } from "vitest";
import { splitBatch } from "../../../../../local/amqp/codec/batch.ts";

it("cuts a batch into the messages in its data sections, short and long ones", () => {
  const parts = [Buffer.from("one"), Buffer.alloc(1_000, "two"), Buffer.alloc(0)];
  const envelope = rhea.message.encode({
    message_id: "first",
    application_properties: { ignored: true },
    body: rhea.message.data_sections(parts),
  });

  expect(splitBatch(envelope)).toEqual(parts);
});
