import { ServiceBusClient } from "@azure/service-bus";
import { afterEach, describe, expect, it } from "vitest";
import { AmqpError } from "../../../local/amqp/amqpError.ts";
import { type AmqpListener, listenAmqp } from "../../../local/amqp/listener.ts";
import type { OutgoingHandler, OutgoingLink } from "../../../local/amqp/node.ts";
import { emulatorConnectionString } from "../../support/startBroker.ts";

describe("a link whose attach the node answers later", () => {
  let listener: AmqpListener | undefined;
  let client: ServiceBusClient | undefined;

  afterEach(async () => {
    await client?.close();
    await listener?.close();
  });

  const aReceiver = async (
    open: (link: OutgoingLink) => Promise<OutgoingHandler>,
    log: string[] = [],
  ) => {
    listener = await listenAmqp({
      port: 0,
      services: [{ resolve: () => ({ openOutgoing: open }) }],
      log: (event) => log.push(event),
    });
    client = new ServiceBusClient(emulatorConnectionString(listener.port), {
      retryOptions: { maxRetries: 0, timeoutInMs: 2_000 },
    });
    return client.createReceiver("any", { receiveMode: "receiveAndDelete" });
  };
  const bare = Buffer.from("005377a10568656c6c6f", "hex"); // an amqp-value "hello"

  it("gets its messages once it is answered", async () => {
    const gate = Promise.withResolvers<void>();
    let creditBefore = -1;
    const receiver = await aReceiver(async (link) => {
      await gate.promise;
      creditBefore = link.credit();
      return { onCredit: () => link.send(bare, Buffer.from([1])) };
    });

    const receiving = receiver.receiveMessages(1, { maxWaitTimeInMs: 5_000 });
    gate.resolve();

    expect((await receiving).map(({ body }) => body as unknown)).toEqual(["hello"]);
    expect(creditBefore).toBe(0);
  });

  it("is refused with the reason when the node says no in the end", async () => {
    const receiver = await aReceiver(() =>
      Promise.reject(new AmqpError("com.microsoft:entity-disabled", "closed for today")),
    );

    await expect(receiver.receiveMessages(1, { maxWaitTimeInMs: 500 })).rejects.toMatchObject({
      code: "MessagingEntityDisabled",
    });
  });

  it("can be given up by its client, and the answer then goes nowhere", async () => {
    const gate = Promise.withResolvers<void>();
    const faults: string[] = [];
    const receiver = await aReceiver(async () => {
      await gate.promise;
      return { onCredit: () => {} };
    }, faults);
    const receiving = receiver.receiveMessages(1, { maxWaitTimeInMs: 100 }).catch(() => "given up");
    await client?.close();

    gate.resolve();

    await receiving;
    expect(faults.filter((event) => event.includes("failed"))).toEqual([]);
  });
});
