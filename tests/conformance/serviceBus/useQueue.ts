import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  ServiceBusClient,
  type ServiceBusMessage,
  type ServiceBusReceivedMessage,
  type ServiceBusReceiver,
} from "@azure/service-bus";
import { afterAll, afterEach, beforeAll } from "vitest";
import { parseServiceBusConfig } from "../../../local/entities.ts";
import { type BrokerFaults, brokerFaults } from "../../support/brokerFaults.ts";
import { startBroker, type TestBroker } from "../../support/startBroker.ts";
import { emptyQueue } from "./emptyQueue.ts";

const configFile = fileURLToPath(new URL("service-bus.json", import.meta.url));
/** Both services want locks of 5 s or more; ours end sooner where that is waited for, else later, for a busy machine. */
const queues = parseServiceBusConfig(configFile, readFileSync(configFile, "utf8")).map((queue) => ({
  ...queue,
  lockDurationMs: queue.name === "conformance-short-lock" ? 1_000 : 30_000,
}));

/**
 * Set where a service that is not ours is tested. What only ours has is skipped then: faults on request, counts of
 * operations, and raw AMQP without TLS and tokens.
 */
export const elsewhere = process.env["SERVICE_BUS_CONNECTION_STRING"];

export type QueueName =
  | "conformance"
  | "conformance-short-lock"
  | "conformance-two-deliveries"
  | "conformance-duplicates"
  | "conformance-expiring"
  | "conformance-dropping"
  | "conformance-forwarding"
  | "conformance-forwarding-dead";

/** Upper bound of a wait for a message that is on its way; one that is there comes at once. */
const ARRIVES_WITHIN_MS = 10_000;
/** How long a queue is watched before it counts as empty. */
const EMPTY_AFTER_MS = 300;

/**
 * Gives a test file a broker of its own, with real clients, and an empty queue to each test.
 * SERVICE_BUS_CONNECTION_STRING points the suite at Azure or the official emulator instead; its files
 * then share the queues, so they run one after the other (`npm run test:services`).
 */
export function useQueue(name: QueueName = "conformance") {
  let broker: TestBroker | undefined;
  let client: ServiceBusClient | undefined;

  const connectionString = () => elsewhere || (broker?.connectionString ?? "");
  const theClient = () => {
    if (!client) throw new Error("the suite has not started");
    return client;
  };
  const aSender = (queue: string = name) => theClient().createSender(queue);
  const aReceiver = (mode: "peekLock" | "receiveAndDelete" = "peekLock") =>
    theClient().createReceiver(name, { receiveMode: mode, maxAutoLockRenewalDurationInMs: 0 });
  const aDeadLetterReceiver = (mode: "peekLock" | "receiveAndDelete" = "receiveAndDelete") =>
    theClient().createReceiver(name, { receiveMode: mode, subQueueType: "deadLetter" });

  const empty = async () => {
    if (broker) await fetch(`${broker.adminUrl}/reset`, { method: "POST" });
    else await emptyQueue(theClient(), name);
  };

  beforeAll(async () => {
    if (!elsewhere) broker = await startBroker({ queues });
    client = newClient(connectionString());
    await empty();
  });
  afterEach(async () => {
    await client?.close();
    client = newClient(connectionString());
    await empty();
  });
  afterAll(async () => {
    await client?.close();
    await broker?.stop();
  });

  return {
    client: theClient,
    /** Makes our broker go wrong; a service that is not ours has no such port. */
    inject: ((fault, given) =>
      brokerFaults(broker?.adminUrl ?? "").inject(fault, given)) as BrokerFaults["inject"],
    adminUrl: () => broker?.adminUrl ?? "",
    connectionString,
    aSender,
    aReceiver,
    aDeadLetterReceiver,
    send: async (...messages: ServiceBusMessage[]) => {
      const sender = aSender();
      await sender.sendMessages(messages);
      await sender.close();
    },
  };
}

/** Retries at most once and soon: a test of an error should see it. */
export function newClient(connectionString: string, timeoutInMs = 10_000): ServiceBusClient {
  return new ServiceBusClient(connectionString, {
    retryOptions: { maxRetries: 1, retryDelayInMs: 50, timeoutInMs },
  });
}

/** As many messages as asked for; fails when they do not come. */
export async function receive(
  receiver: ServiceBusReceiver,
  count: number,
): Promise<ServiceBusReceivedMessage[]> {
  const messages: ServiceBusReceivedMessage[] = [];
  while (messages.length < count) {
    const more = await receiver.receiveMessages(count - messages.length, {
      maxWaitTimeInMs: ARRIVES_WITHIN_MS,
    });
    if (more.length === 0) throw new Error(`${messages.length} of ${count} messages came`);
    messages.push(...more);
  }
  return messages;
}

export async function receiveOne(receiver: ServiceBusReceiver): Promise<ServiceBusReceivedMessage> {
  const [message] = await receive(receiver, 1);
  if (!message) throw new Error("no message came");
  return message;
}

/** What a queue that should be empty still gives. */
export function leftIn(receiver: ServiceBusReceiver): Promise<ServiceBusReceivedMessage[]> {
  return receiver.receiveMessages(10, { maxWaitTimeInMs: EMPTY_AFTER_MS });
}

export function bodiesOf(messages: readonly ServiceBusReceivedMessage[]): unknown[] {
  return messages.map(({ body }) => body as unknown);
}
