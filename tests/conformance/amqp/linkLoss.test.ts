import { once } from "node:events";
import { ServiceBusClient } from "@azure/service-bus";
import rhea from "rhea";
import { describe, expect, it, onTestFinished } from "vitest";
import { emulatorConnectionString } from "../../support/startBroker.ts";
import { entityCounts } from "./entityCounts.ts";
import { amqpHeader, attach, begin, detach, flow, open, rawSocket, transfer } from "./rawFrames.ts";
import { useBrokerProcess } from "./useBrokerProcess.ts";

const { types } = rhea;
const LATER_MS = 3_600_000;

describe("a link that is lost", () => {
  const { amqpPort, adminUrl } = useBrokerProcess();

  const start = (...more: readonly Buffer[]) =>
    rawSocket(amqpPort(), amqpHeader, open(), begin(), ...more);
  const counts = (queue: string) => entityCounts(adminUrl(), queue);
  const aClient = () => {
    const client = new ServiceBusClient(emulatorConnectionString(amqpPort()));
    onTestFinished(() => client.close());
    return client;
  };
  const bodiesIn = async (queue: string) =>
    (await aClient().createReceiver(queue).peekMessages(10)).map(({ body }) => body as unknown);
  /** A request whose reply nobody waits for. */
  const ask = (queue: string, operation: string, body: Parameters<typeof types.wrap_map>[0]) =>
    start(
      attach("sender", `${queue}/$management`),
      attach("receiver", `${queue}/$management`, 1),
      transfer(
        0,
        rhea.message.encode({
          application_properties: { operation },
          body: types.wrap_map(body),
        }),
      ),
    );

  it("with its connection in the middle of a message leaves nothing of it", async () => {
    const part = rhea.message.encode({ body: "half" }).subarray(0, 5);
    const socket = start(attach("sender", "conformance"), transfer(0, part, true));
    socket.end();
    await once(socket.resume(), "close");

    await aClient().createSender("conformance").sendMessages({ body: "whole" });

    expect(await bodiesIn("conformance")).toEqual(["whole"]);
  });

  it("in the middle of a message leaves nothing of it to the session's next link", async () => {
    const message = rhea.message.encode({ body: "whole" });
    const socket = start(
      attach("sender", "conformance"),
      transfer(0, message.subarray(0, 5), true),
      detach(),
      attach("sender", "conformance", 0, "next"),
      transfer(1, message),
    );

    await expect.poll(() => counts("conformance")).toMatchObject({ active: 1 });

    expect(await bodiesIn("conformance")).toEqual(["whole"]);
    socket.destroy();
  });

  it("as it attaches takes no message with it", async () => {
    await aClient().createSender("conformance-short-lock").sendMessages({ body: "still there" });
    for (let time = 0; time < 30; time += 1) {
      const socket = start(attach("receiver", "conformance-short-lock"), flow(1));
      await once(socket, "connect");
      socket.resetAndDestroy();
    }

    const [message] = await aClient()
      .createReceiver("conformance-short-lock", { receiveMode: "receiveAndDelete" })
      .receiveMessages(1, { maxWaitTimeInMs: 10_000 });

    expect(message?.body).toBe("still there");
  });

  it("before a schedule is answered leaves one message, however often it is asked for", async () => {
    const message = { message_id: "once", body: "x" };
    const at = new Date(Date.now() + LATER_MS);
    const socket = ask("conformance-duplicates", "com.microsoft:schedule-message", {
      messages: types.wrap_list([
        types.wrap_map({
          message: types.wrap_binary(
            rhea.message.encode({
              ...message,
              message_annotations: {
                "x-opt-scheduled-enqueue-time": types.wrap_timestamp(at.getTime()),
              },
            }),
          ),
        }),
      ]),
    });
    await expect.poll(() => counts("conformance-duplicates")).toMatchObject({ scheduled: 1 });
    socket.destroy();

    await aClient()
      .createSender("conformance-duplicates")
      .scheduleMessages({ messageId: "once", body: "x" }, at);

    expect(await counts("conformance-duplicates")).toMatchObject({ scheduled: 1, active: 0 });
  });

  it("before a cancel is answered has cancelled, and who asks again hears that nothing is there", async () => {
    const sender = aClient().createSender("conformance");
    const [number] = await sender.scheduleMessages({ body: "x" }, new Date(Date.now() + LATER_MS));
    if (!number) throw new Error("one was scheduled");
    const socket = ask("conformance", "com.microsoft:cancel-scheduled-message", {
      "sequence-numbers": types.wrap_list([types.wrap_long(number.toNumber())]),
    });
    await expect.poll(() => counts("conformance")).toMatchObject({ scheduled: 0 });
    socket.destroy();

    await expect(sender.cancelScheduledMessages(number)).rejects.toMatchObject({
      code: "MessageNotFound",
    });
  });
});
