import { ServiceBusClient } from "@azure/service-bus";
import { expect, it } from "vitest";
import { aQueue } from "../../support/aQueue.ts";
import { startBroker } from "../../support/startBroker.ts";

// A broker of its own: on Azure this would take a gigabyte.
it("a queue that has reached its size takes no more until there is room, and settles all the same", async () => {
  const broker = await startBroker({ queues: [aQueue("small", { maxSizeBytes: 1_000_000 })] });
  const client = new ServiceBusClient(broker.connectionString);
  const sender = client.createSender("small");
  const body = "x".repeat(200_000);
  for (let n = 0; n < 5; n += 1) await sender.sendMessages({ body });

  const refused = [
    sender.sendMessages({ body: "one more" }),
    sender.scheduleMessages({ body: "later" }, new Date(Date.now() + 60_000)),
  ];
  await Promise.all(
    refused.map((sending) => expect(sending).rejects.toMatchObject({ code: "QuotaExceeded" })),
  );
  const receiver = client.createReceiver("small");
  const [poison, done] = await receiver.receiveMessages(2, { maxWaitTimeInMs: 5_000 });
  if (!poison || !done) throw new Error("two messages were to be received");
  await receiver.deadLetterMessage(poison);
  await receiver.completeMessage(done);
  await sender.sendMessages({ body: "now" });

  expect(await receiver.peekMessages(10)).toHaveLength(4);
  await client.close();
  await broker.stop();
});
