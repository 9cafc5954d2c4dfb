import type { QueueClient } from "@azure/storage-queue";
import { type Connection, credentialOf } from "../connections.ts";
import { writtenOut } from "../storage/developmentStorage.ts";
import type { QueuePort } from "./queuePort.ts";

/** A storage call gives up after this long. */
const TRY_TIMEOUT_MS = 10_000;

/** What the service puts behind a queue's name for the messages that failed too often. */
export const POISON_SUFFIX = "-poison";

/** A queue of Azure Storage. The SDK is loaded here; nothing is asked of the service yet. */
export async function openQueue(connection: Connection, name: string): Promise<QueuePort> {
  const { QueueServiceClient } = await import("@azure/storage-queue");
  const options = { retryOptions: { maxTries: 2, tryTimeoutInMs: TRY_TIMEOUT_MS } };
  const service =
    connection.kind === "connectionString"
      ? QueueServiceClient.fromConnectionString(writtenOut(connection.connectionString), options)
      : new QueueServiceClient(connection.endpoint, await credentialOf(connection), options);
  return queuePort(service.getQueueClient(name), service.getQueueClient(`${name}${POISON_SUFFIX}`));
}

function queuePort(queue: QueueClient, poison: QueueClient): QueuePort {
  return {
    receive: async (most, visibilityMs) => {
      const received = await queue
        .receiveMessages({
          numberOfMessages: most,
          visibilityTimeout: Math.ceil(visibilityMs / 1_000),
        })
        .catch(unless("QueueNotFound"));
      return received?.receivedMessageItems ?? [];
    },
    hide: async (messageId, popReceipt, ms) => {
      // Without a text the message keeps the one it has.
      const seconds = Math.ceil(ms / 1_000);
      const updated = await queue.updateMessage(messageId, popReceipt, undefined, seconds);
      return updated.popReceipt ?? popReceipt;
    },
    remove: async (messageId, popReceipt) => {
      await queue.deleteMessage(messageId, popReceipt);
    },
    addToPoison: async ({ messageText }) => {
      await poison.createIfNotExists();
      // Poison messages wait for a person, however long that takes.
      await poison.sendMessage(messageText, { messageTimeToLive: -1 });
    },
  };
}

function unless(code: string) {
  return (error: unknown): undefined => {
    if ((error as { readonly code?: string }).code !== code) throw error;
  };
}
