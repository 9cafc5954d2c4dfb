import { ServiceBusClient } from "@azure/service-bus";
import { emulatorConnectionString } from "../../support/startBroker.ts";

/** Puts so many messages of a size into a queue. */
export async function fillQueue(
  amqpPort: number,
  queue: string,
  count: number,
  bytes = 10,
): Promise<void> {
  const client = new ServiceBusClient(emulatorConnectionString(amqpPort));
  const sender = client.createSender(queue);
  const message = { body: Buffer.alloc(bytes, "x") };
  let batch = await sender.createMessageBatch();
  for (let left = count; left > 0; left -= 1) {
    if (batch.tryAddMessage(message)) continue;
    await sender.sendMessages(batch);
    batch = await sender.createMessageBatch();
    batch.tryAddMessage(message);
  }
  await sender.sendMessages(batch);
  await client.close();
}
