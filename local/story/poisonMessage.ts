import { equal } from "node:assert/strict";
import { until } from "../outside/until.ts";
import type { Act } from "./act.ts";

export const poisonMessage: Act = {
  title: "a poison message lands in the dead-letter queue at once, with its reason",
  play: async ({ stack, standIns }) => {
    const { ServiceBusClient } = await import("@azure/service-bus");
    const client = new ServiceBusClient(stack.connectionStrings.broker);
    const deadLetters = client.createReceiver("dataverse-events", { subQueueType: "deadLetter" });

    await standIns.postEvent("queue", '{"MessageName":"Update","PrimaryEntityName":"salesor');

    try {
      const [message] = await until("the dead letter", async () => {
        const messages = await deadLetters.peekMessages(1);
        return messages.length > 0 ? messages : undefined;
      });
      equal(message?.deadLetterReason, "malformed-json", "the reason");
      return `reason ${message.deadLetterReason}: ${message.deadLetterErrorDescription}`;
    } finally {
      await client.close();
    }
  },
};
