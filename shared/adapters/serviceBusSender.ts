import type { ServiceBusClient, ServiceBusMessage, ServiceBusSender } from "@azure/service-bus";
import type { Connection } from "../connection.ts";
import type { Clock } from "../patterns/clock.ts";
import { answerWithin } from "../patterns/deadline.ts";

export type OutgoingMessage = {
  /** Bytes travel as they are; anything else as JSON. */
  readonly body: unknown;
  readonly messageId: string;
  readonly contentType?: string | undefined;
  readonly correlationId?: string | undefined;
  readonly subject?: string | undefined;
  readonly replyTo?: string | undefined;
  readonly applicationProperties?: Readonly<Record<string, string | number | boolean>>;
};

/** Both resolve once the bus has accepted, and reject after `timeoutMs` at the latest, the SDK's retries included. */
export type MessageSender = {
  readonly send: (message: OutgoingMessage, options?: SendOptions) => Promise<void>;
  readonly schedule: (
    message: OutgoingMessage,
    enqueueAt: number,
    options?: SendOptions,
  ) => Promise<void>;
};

export type SendOptions = { readonly timeoutMs?: number };

export type ServiceBusOptions = {
  readonly connection: Connection;
  readonly clock: Pick<Clock, "sleep">;
  readonly timeoutMs?: number;
};

const defaults = { timeoutMs: 10_000, contentType: "application/json" };

/**
 * Senders that share one connection, opened on first use. A send that is given up may still arrive: its message id
 * makes the repetition one message.
 */
export function createServiceBusSenders({
  connection,
  clock,
  timeoutMs: defaultTimeoutMs = defaults.timeoutMs,
}: ServiceBusOptions): (queue: string) => MessageSender {
  let client: Promise<ServiceBusClient> | undefined;
  const senders = new Map<string, ServiceBusSender>();

  const senderOf = async (queue: string) => {
    client ??= connect(connection);
    const bus = await client;
    const sender = senders.get(queue) ?? bus.createSender(queue);
    senders.set(queue, sender);
    return sender;
  };

  /**
   * The caller is let go in time; the SDK is not told to give up, and ends by its own limits: abandoned while its link is
   * being opened it opens another connection for the next send, and with several at once it never gets one open again.
   */
  const within = (
    queue: string,
    { timeoutMs = defaultTimeoutMs }: SendOptions,
    operation: (sender: ServiceBusSender) => Promise<unknown>,
  ): Promise<void> =>
    answerWithin(
      timeoutMs,
      clock,
      async () => {
        await operation(await senderOf(queue));
      },
      () => {
        throw new Error(`queue ${queue} did not accept within ${timeoutMs} ms`);
      },
    );

  return (queue) => ({
    send: (message, options = {}) =>
      within(queue, options, (sender) => sender.sendMessages(toMessage(message))),
    schedule: (message, enqueueAt, options = {}) =>
      within(queue, options, (sender) =>
        sender.scheduleMessages(toMessage(message), new Date(enqueueAt)),
      ),
  });
}

function toMessage({
  contentType = defaults.contentType,
  correlationId,
  subject,
  replyTo,
  ...message
}: OutgoingMessage): ServiceBusMessage {
  return {
    ...message,
    contentType,
    ...(correlationId !== undefined && { correlationId }),
    ...(subject !== undefined && { subject }),
    ...(replyTo !== undefined && { replyTo }),
  };
}

async function connect(connection: Connection): Promise<ServiceBusClient> {
  const { ServiceBusClient } = await import("@azure/service-bus");
  const options = { retryOptions: { maxRetries: 2, retryDelayInMs: 200, timeoutInMs: 5_000 } };
  if (connection.kind === "connectionString") {
    return new ServiceBusClient(connection.connectionString, options);
  }
  const { credentialOf } = await import("./credential.ts");
  return new ServiceBusClient(connection.endpoint, await credentialOf(connection), options);
}
