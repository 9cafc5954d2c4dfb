import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  EventHubConsumerClient,
  type EventHubConsumerClientOptions,
  EventHubProducerClient,
} from "@azure/event-hubs";
import { afterAll, afterEach, beforeAll } from "vitest";
import { parseEventHubsConfig } from "../../../local/entities.ts";
import { type RunningBroker, startBroker } from "../../../local/startBroker.ts";
import { type BrokerFaults, brokerFaults } from "../../support/brokerFaults.ts";
import { emulatorConnectionString } from "../../support/startBroker.ts";

const configFile = fileURLToPath(new URL("event-hubs.json", import.meta.url));

/**
 * Set where a service that is not ours is tested. What only ours has is skipped then: faults on request, and raw AMQP
 * without TLS and tokens.
 */
export const elsewhere = process.env["EVENT_HUBS_CONNECTION_STRING"];

type Closable = { readonly close: () => Promise<void> };

export const hubName = "conformance-events";
export const partitionIds = ["0", "1", "2", "3"] as const;

/** One retry at most: a test of an error should see it soon. */
const options: EventHubConsumerClientOptions = {
  retryOptions: { maxRetries: 1, retryDelayInMs: 50, timeoutInMs: 10_000 },
};

/**
 * Gives a test file a hub of its own and real clients for it, all closed after each test.
 * EVENT_HUBS_CONNECTION_STRING points it at Azure or the official emulator instead, where the hub
 * may hold events of former runs: read from `ends()`, not from the start.
 */
export function useEventHub() {
  let connectionString = elsewhere ?? "";
  let broker: RunningBroker | undefined;
  let closables: Closable[] = [];

  beforeAll(async () => {
    if (connectionString !== "") return;
    broker = await startBroker({
      amqpPort: 0,
      adminPort: 0,
      queues: [],
      hubs: parseEventHubsConfig(configFile, readFileSync(configFile, "utf8")),
      log: () => undefined,
    });
    connectionString = emulatorConnectionString(broker.info.amqpPort);
  });
  afterEach(async () => {
    // Latest first, so that a client is closed before what it was given.
    for (const closable of closables.toReversed()) await closable.close();
    closables = [];
  });
  afterAll(async () => {
    await broker?.stop();
  });

  const closedLater = <T extends Closable>(client: T): T => {
    closables.push(client);
    return client;
  };
  const aProducer = (hub = hubName) =>
    closedLater(new EventHubProducerClient(connectionString, hub, options));
  const aConsumer = (consumerGroup = "$Default", hub = hubName) =>
    closedLater(new EventHubConsumerClient(consumerGroup, connectionString, hub, options));

  /** The present end of each partition, as positions for `subscribe`. */
  const ends = async () => {
    const producer = aProducer();
    const properties = await Promise.all(
      partitionIds.map((partitionId) => producer.getPartitionProperties(partitionId)),
    );
    return Object.fromEntries(
      properties.map(({ partitionId, lastEnqueuedSequenceNumber }) => [
        partitionId,
        { sequenceNumber: lastEnqueuedSequenceNumber },
      ]),
    );
  };

  const inject = ((fault, given) =>
    brokerFaults(`http://127.0.0.1:${broker?.info.adminPort}`).inject(
      fault,
      given,
    )) as BrokerFaults["inject"];

  return {
    inject,
    aProducer,
    aConsumer,
    ends,
    closedLater,
    connectionString: () => connectionString,
  };
}
