import { ServiceBusClient, type ServiceBusReceivedMessage } from "@azure/service-bus";
import { succeed } from "../../local/outside/request.ts";
import type { Arena } from "./arena.ts";
import type { DeadMessage } from "./oracle/evidence.ts";

const MANY = 1_000;

type QueueReport = Readonly<
  Record<"active" | "locked" | "scheduled" | "deadLettered", number> & { name: string }
>;

/** Every queue, by the broker's own count. */
export async function queuesOf({ stack }: Arena): Promise<readonly QueueReport[]> {
  const { body } = await succeed("GET", `http://127.0.0.1:${stack.broker.info.adminPort}/entities`);
  return body["queues"] as QueueReport[];
}

/** Every dead letter there is. */
export async function deadMessages(arena: Arena): Promise<DeadMessage[]> {
  const queues = await queuesOf(arena);
  const filled = queues.flatMap(({ name, deadLettered }) => (deadLettered > 0 ? [name] : []));
  if (filled.length === 0) return [];
  const client = new ServiceBusClient(arena.stack.connectionStrings.broker);
  try {
    const dead: DeadMessage[] = [];
    for (const queue of filled) {
      const options = { subQueueType: "deadLetter", skipParsingBodyAsJson: true } as const;
      const messages = await client.createReceiver(queue, options).peekMessages(MANY);
      for (const message of messages) dead.push(toDeadMessage(queue, message));
    }
    return dead;
  } finally {
    await client.close();
  }
}

function toDeadMessage(queue: string, message: ServiceBusReceivedMessage): DeadMessage {
  const { messageId, deadLetterReason, deadLetterErrorDescription, body } = message;
  const properties = JSON.stringify(message.applicationProperties ?? {});
  return {
    queue,
    messageId: String(messageId),
    reason: deadLetterReason ?? "",
    deliveries: message.deliveryCount ?? 0,
    text: `${String(body)} ${deadLetterErrorDescription} ${properties}`,
  };
}
