import type {
  ServiceBusClient,
  ServiceBusReceivedMessage,
  ServiceBusReceiver,
} from "@azure/service-bus";
import type { LineState } from "../lineState.ts";
import type { Listener } from "../listener.ts";
import { createPending } from "../pending.ts";
import type { NewClient } from "./clientFactory.ts";

export type MessageStreamOptions = {
  readonly newClient: NewClient;
  readonly createReceiver: (client: ServiceBusClient) => ServiceBusReceiver;
  readonly maxConcurrentCalls: number;
  /** Must not reject; the next message takes its place when it ends. */
  readonly onMessage: (
    receiver: ServiceBusReceiver,
    message: ServiceBusReceivedMessage,
  ) => Promise<void>;
  readonly line: LineState;
};

/** A link that is not up after this long is given up; on one machine it takes milliseconds. */
const CONNECT_LIMIT_MS = 5_000;

type Open = {
  readonly client: ServiceBusClient;
  readonly receiver: ServiceBusReceiver;
  readonly subscription: { readonly close: () => Promise<void> };
};

/**
 * Messages from now until it is closed, whatever happens to the broker. The SDK reconnects by itself, but
 * a link whose connection breaks while it is being set up can leave it waiting for a minute, with what else
 * uses that connection: then everything is made anew.
 */
export function openMessageStream(options: MessageStreamOptions): Listener {
  const { newClient, createReceiver, maxConcurrentCalls, onMessage, line } = options;
  let watchdog: NodeJS.Timeout | undefined;
  let isStopped = false;
  const underWay = createPending();

  const open = (): Open => {
    const client = newClient();
    const receiver = createReceiver(client);
    const isCurrent = () => current?.client === client || current === undefined;
    const handlers = {
      processMessage: async (message: ServiceBusReceivedMessage) => {
        const handled = onMessage(receiver, message);
        underWay.add(handled);
        await handled;
      },
      processError: async ({ error, errorSource }: { error: Error; errorSource: string }) => {
        if (errorSource === "receive" && !isStopped && isCurrent()) line.down(error);
      },
      // The SDK calls these two around each attempt to set the link up, though its types leave them out.
      preInitialize: async () => {
        if (!isCurrent()) return;
        clearTimeout(watchdog);
        watchdog = setTimeout(replace, CONNECT_LIMIT_MS);
      },
      postInitialize: async () => {
        if (!isCurrent()) return;
        clearTimeout(watchdog);
        line.up();
      },
    };
    const settings = { autoCompleteMessages: false, maxConcurrentCalls };
    return { client, receiver, subscription: receiver.subscribe(handlers, settings) };
  };

  const replace = () => {
    if (isStopped) return;
    line.down(new Error(`no link after ${CONNECT_LIMIT_MS} ms`));
    current?.client.close().catch(() => {});
    current = undefined;
    current = open();
  };

  let current: Open | undefined;
  current = open();

  return {
    pause: async () => {
      isStopped = true;
      clearTimeout(watchdog);
      await current?.subscription.close().catch(() => {});
    },
    close: async () => {
      // A message can only be settled on the link that it came by.
      await underWay.atMost(0);
      await current?.client.close().catch(() => {});
    },
  };
}
