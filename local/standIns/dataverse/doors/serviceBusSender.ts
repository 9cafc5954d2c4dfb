import type { ServiceBusClient, ServiceBusSender } from "@azure/service-bus";
import { withinMs } from "../../../withinMs.ts";
import type { QueueSender } from "./queueSender.ts";

const SEND_TIMEOUT_MS = 10_000;
/** The client waits a minute for a bus that has gone; the process is about to end anyway. */
const CLOSE_TIMEOUT_MS = 1_000;

type Connected = { readonly client: ServiceBusClient; readonly sender: ServiceBusSender };

/** The real client; its package is loaded with the first send, since it alone takes longer than all the rest to start. */
export function createServiceBusSender(connectionString: string, queue: string): QueueSender {
  let connected: Promise<Connected> | undefined;
  const connect = async (): Promise<Connected> => {
    const { ServiceBusClient } = await import("@azure/service-bus");
    const client = new ServiceBusClient(connectionString, {
      retryOptions: { maxRetries: 0, timeoutInMs: SEND_TIMEOUT_MS },
    });
    return { client, sender: client.createSender(queue) };
  };
  const close = async () => {
    const closing = connected;
    connected = undefined;
    if (closing === undefined) return;
    const closed = closing.then(({ client }) => client.close());
    await withinMs(CLOSE_TIMEOUT_MS, "closing the sender", closed).catch(() => undefined);
  };
  return {
    send: async (message) => {
      connected ??= connect();
      const { sender } = await connected;
      await sender.sendMessages({
        ...message,
        applicationProperties: { ...message.applicationProperties },
      });
    },
    close,
  };
}
