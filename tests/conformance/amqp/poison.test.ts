import { describe, expect, it } from "vitest";
import { emulatorConnectionString } from "../../support/startBroker.ts";
import { rawClient, sendRaw } from "./rawClient.ts";
import { useBrokerProcess } from "./useBrokerProcess.ts";

const HEADER = "005370";
/** No more than a time to live of 20 ms. */
const SHORT_LIVED = `${HEADER}c0050340405214`;
const BODY = "005377a10178";

/** Messages that once were accepted, and ended the broker or an honest receiver when they expired or came out. */
const poison: readonly (readonly [string, string])[] = [
  ["application properties that are text", `${SHORT_LIVED}005374a10161${BODY}`],
  ["application properties that are null", `${SHORT_LIVED}00537440${BODY}`],
  ["application properties that end within an item", `${SHORT_LIVED}005374c1050201a1ff61${BODY}`],
  ["annotations that are null", `${SHORT_LIVED}00537240${BODY}`],
  ["an annotation of four billion nulls", `005372c10f02a30161f000000006ffffffff4040${BODY}`],
  ["a priority above a ubyte", `${HEADER}c0090340700000012c5214${BODY}`],
  ["a time to live that is text", `${HEADER}c006034040a10178${BODY}`],
];

describe("a message that could not be handed out, changed or dead-lettered later", () => {
  const { amqpPort } = useBrokerProcess();

  it.each(poison)("is refused at the door: %s", async (_what, hex) => {
    const connection = await rawClient(emulatorConnectionString(amqpPort()));

    const outcome = await sendRaw(connection, "conformance-dying", Buffer.from(hex, "hex"));

    expect(outcome).toEqual({ state: "rejected", condition: "amqp:decode-error" });
    connection.close();
  });

  it("is refused where it asks under an id that no reply could repeat", async () => {
    const connection = await rawClient(emulatorConnectionString(amqpPort()));
    const arrayOfLongs = "e00a01810000000000000007";
    const request = Buffer.from(`005373c00d01${arrayOfLongs}${BODY}`, "hex");

    const outcome = await sendRaw(connection, "conformance/$management", request);

    expect(outcome).toEqual({ state: "rejected", condition: "amqp:decode-error" });
    connection.close();
  });
});
