import type { Connection } from "rhea";
import rhea from "rhea";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { rawClient, request } from "../amqp/rawClient.ts";
import { bodiesOf, elsewhere, receiveOne, useQueue } from "./useQueue.ts";

const { types } = rhea;

describe.skipIf(elsewhere)("deleting a batch of messages", () => {
  const { aReceiver, connectionString, send } = useQueue();
  let connection: Connection;
  beforeEach(async () => {
    connection = await rawClient(connectionString());
  });
  afterEach(() => connection.close());

  // The SDK of this version has no such call.
  const deleteMessages = async (count: number, before: number) => {
    const { status, body } = await request(
      connection,
      "conformance/$management",
      "com.microsoft:batch-delete-messages",
      {
        "message-count": types.wrap_int(count),
        "enqueued-time-utc": types.wrap_timestamp(before),
      },
    );
    return [status, body["message-count"]];
  };

  it("takes out the oldest, so many as asked for, and none that is locked", async () => {
    await send({ body: 1 }, { body: 2 }, { body: 3 }, { body: 4 });
    await receiveOne(aReceiver());

    const answer = await deleteMessages(2, Date.now() + 60_000);

    expect(answer).toEqual([200, 2]);
    expect(bodiesOf(await aReceiver().peekMessages(10))).toEqual([1, 4]);
  });

  it("leaves what was enqueued later", async () => {
    await send({ body: 1 });

    expect(await deleteMessages(10, Date.now() - 60_000)).toEqual([200, 0]);

    expect(await receiveOne(aReceiver())).toMatchObject({ body: 1, deliveryCount: 0 });
  });
});
