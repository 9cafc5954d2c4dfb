import type {
  EventHubConsumerClient,
  ReceivedEventData,
  SubscribeOptions,
} from "@azure/event-hubs";

export type ReceivedEvent = ReceivedEventData & { readonly partitionId: string };

type ReceiveOptions = SubscribeOptions & { readonly count: number; readonly partitionId?: string };

/** Subscribes until `count` events have come, or an error, which it throws; then unsubscribes. */
export async function receive(
  consumer: EventHubConsumerClient,
  { count, partitionId, ...options }: ReceiveOptions,
): Promise<readonly ReceivedEvent[]> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const received: ReceivedEvent[] = [];
  const handlers = {
    processEvents: (events: ReceivedEventData[], context: { partitionId: string }) => {
      received.push(...events.map((event) => ({ ...event, partitionId: context.partitionId })));
      if (received.length >= count) resolve();
      return Promise.resolve();
    },
    processError: (error: Error) => {
      reject(error);
      return Promise.resolve();
    },
  };
  const subscribeOptions = { maxWaitTimeInSeconds: 1, ...options };
  const subscription =
    partitionId === undefined
      ? consumer.subscribe(handlers, subscribeOptions)
      : consumer.subscribe(partitionId, handlers, subscribeOptions);
  try {
    await promise;
    return received;
  } finally {
    await subscription.close();
  }
}

export const bodiesOf = (events: readonly ReceivedEvent[]): readonly unknown[] =>
  events.map(({ body }) => body as unknown);
